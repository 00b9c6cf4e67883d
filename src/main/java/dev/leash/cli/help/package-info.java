/** Help texts, the manual page and shell completions. */
@NullMarked
package dev.leash.cli.help;

import org.jspecify.annotations.NullMarked;
