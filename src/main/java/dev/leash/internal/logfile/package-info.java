/**
 * The log files of services. The streams of a service are cut into lines, and whole lines are appended to a file that
 * all services of this JVM which log there share. It is rotated between lines. A file that cannot be written costs
 * lines, which are counted, and never the service.
 */
@NullMarked
package dev.leash.internal.logfile;

import org.jspecify.annotations.NullMarked;
