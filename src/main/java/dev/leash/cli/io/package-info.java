/** What the command writes: its console, messages and forms of text. */
@NullMarked
package dev.leash.cli.io;

import org.jspecify.annotations.NullMarked;
