/** What explains the command: help, the manual page, the completion of shells. */
@NullMarked
package dev.leash.cli.help;

import org.jspecify.annotations.NullMarked;
