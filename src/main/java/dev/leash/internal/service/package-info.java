/** What is decided about services: when one is started, restarted, given up. Pure: time and effects are parameters. */
@NullMarked
package dev.leash.internal.service;

import org.jspecify.annotations.NullMarked;
