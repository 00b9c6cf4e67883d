#!/bin/sh
# Makes src/main/java/dev/leash/internal/bindings from linux.h and symbols.
#
#   generate.sh           replaces what jextract made there before
#   generate.sh --check   changes nothing, prints how the committed files differ from what would be made
#
# Runs the jextract that JEXTRACT names, else the one on the PATH; README.md says which revision is wanted.
# Exit status: 0 done, 1 --check found a difference, 2 no fit jextract here, 3 jextract did not make what symbols lists.
set -eu

package=dev.leash.internal.bindings
header_class=Libc

said=
say() {
    echo "generate.sh: $*" >&2
    said=yes
}

# Nothing ends in silence: what failed has most likely said why, but not that this is the end.
made=
leave() {
    status=$?
    [ -z "$made" ] || rm -rf "$made"
    [ $status = 0 ] || [ -n "$said" ] || say "stopped with status $status by the last command"
}
trap leave EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

how_to_get_one() {
    cat >&2 <<'END'
The bindings are made with jextract's revision 0b89a46 (January 2025), the last whose output compiles with
--release 22, and with libclang 14. 15 words some comments differently, 16 names anonymous structs so that they cannot
be included.

  Debian: apt-get install libclang1-14 libclang-common-14-dev
  git clone https://github.com/openjdk/jextract && cd jextract && git checkout 0b89a46
  ./gradlew -Pjdk22_home=/path/to/jdk22 -Pllvm_home=/usr/lib/llvm-14 clean verify

Then: JEXTRACT=/path/to/jextract/build/jextract/bin/jextract native-headers/generate.sh
native-headers/README.md tells how to build it without Gradle.
END
}

check=false
case "$#:${1-}" in
0:) ;;
1:--check) check=true ;;
*)
    say "usage: generate.sh [--check]"
    exit 2
    ;;
esac

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
sources=$(dirname -- "$here")/src/main/java
committed=$sources/$(echo "$package" | tr . /)

# An absolute path, since jextract is started from another directory.
if ! jextract=$(command -v "${JEXTRACT:-jextract}"); then
    say "there is no ${JEXTRACT:-jextract on the PATH, and JEXTRACT is not set}."
    how_to_get_one
    exit 2
fi
case $jextract in
/*) ;;
*) jextract=$PWD/$jextract ;;
esac

# Some constants and layouts are an architecture's own (README.md lists them). The committed ones are x86-64's.
if [ "$(uname -sm)" != "Linux x86_64" ]; then
    say "the bindings are made on Linux on x86-64, this is $(uname -sm)."
    exit 2
fi

version=$("$jextract" --version 2>&1) || version="$jextract --version failed: $version"
case $version in
*"clang version 14."*) ;;
*)
    say "this is not a jextract with libclang 14:"
    echo "$version" >&2
    how_to_get_one
    exit 2
    ;;
esac

made=$(mktemp -d)

# From this directory, because jextract obeys a compile_flags.txt in the one it is started in.
cd "$here"
"$jextract" @symbols --output "$made" --target-package "$package" --header-class-name "$header_class" linux.h || {
    say "$jextract failed."
    exit 3
}
fresh=$made/$(echo "$package" | tr . /)

if grep -q 'SYMBOL_LOOKUP\.findOrThrow' "$fresh/$header_class.java"; then
    say "this jextract is too new: it uses SymbolLookup.findOrThrow, which Java 22 does not have."
    how_to_get_one
    exit 2
fi

# jextract says nothing of a name that it does not find, nor of a macro that it cannot evaluate.
missing=$(awk -v fresh="$fresh" '
    FILENAME != "symbols" {
        if ($1 == "public" && $2 == "static") {
            name = $4 # after a type, or after "class"
            sub(/\(.*/, "", name)
            made[name] = 1
        }
        next
    }
    /^--include-(function|var|constant) / && !($2 in made)
    /^--include-(struct|union|typedef) / && (getline line < (fresh "/" $2 ".java")) <= 0
' "$fresh/$header_class.java" symbols)
if [ -n "$missing" ]; then
    say "jextract made nothing of these lines of symbols:"
    echo "$missing" >&2
    exit 3
fi

# What jextract makes is ready before it is needed, and each part of it costs the start of a JVM: a handle for each function
# as soon as its address is asked for; a layout for each member of a struct, found by a path, as soon as the struct is
# allocated; a var handle for each type of member that is read. `sys` has one handle for all functions (CFunction says why),
# and reads members by their offsets (Struct does). So the handles and the members' layouts go, with the methods that use
# them, and offsets are added up. A switch over types makes a class of its own in each JVM, so packing does without.
for file in "$fresh"/*.java; do
    awk -v header_class="$header_class" '
        /^ *\/\*\*$/ { if (open) printf "%s", member; open = 1; member = ""; end = $0; sub(/\/\*\*/, "}", end) }
        / static MemoryLayout align\(/ { skipped = 1 }
        skipped { if ($0 == "    }") skipped = 0; next }
        / MethodHandle HANDLE = / || / VarHandle .*ELEM_HANDLE = / || / [a-zA-Z0-9_]+\$LAYOUT = / { next }
        / = \$LAYOUT\.byteOffset\(/ {
            sub(/\$LAYOUT\.byteOffset\(/, header_class ".offset($LAYOUT, ")
            while (sub(/groupElement\("/, "\"")) sub(/"\)/, "\"")
        }
        open {
            member = member $0 "\n"
            if ($0 == end) {
                if (member !~ /HANDLE(;|\.)|[a-zA-Z0-9_]\$LAYOUT/) printf "%s", member
                open = 0
            }
            next
        }
        { print }
        $0 == "public class " header_class " {" {
            print ""
            print "    /** Where in a struct or union the member is that the names lead to, from the outermost inwards. */"
            print "    static long offset(GroupLayout layout, String... names) {"
            print "        long offset = 0;"
            print "        MemoryLayout inner = layout;"
            print "        for (String name : names) {"
            print "            GroupLayout outer = (GroupLayout) inner;"
            print "            Iterator<MemoryLayout> members = outer.memberLayouts().iterator();"
            print "            for (inner = members.next(); !name.equals(inner.name().orElse(null)); inner = members.next()) {"
            print "                offset += outer instanceof StructLayout ? inner.byteSize() : 0;"
            print "            }"
            print "        }"
            print "        return offset;"
            print "    }"
            print ""
            print "    /** The same layout for a struct that is packed. */"
            print "    static MemoryLayout align(MemoryLayout layout, long alignment) {"
            print "        if (layout instanceof GroupLayout group) {"
            print "            MemoryLayout[] members = group.memberLayouts().toArray(new MemoryLayout[0]);"
            print "            for (int i = 0; i < members.length; i++) {"
            print "                members[i] = align(members[i], alignment);"
            print "            }"
            print "            return layout instanceof StructLayout ? MemoryLayout.structLayout(members) : MemoryLayout.unionLayout(members);"
            print "        }"
            print "        if (layout instanceof SequenceLayout sequence) {"
            print "            return MemoryLayout.sequenceLayout(sequence.elementCount(), align(sequence.elementLayout(), alignment));"
            print "        }"
            print "        return layout instanceof PaddingLayout ? layout : layout.withByteAlignment(alignment);"
            print "    }"
        }
        END { if (open) printf "%s", member }
    ' "$file" >"$made/without" # and no pipe behind it, which would hide that it failed
    cat -s "$made/without" >"$file"
done

if $check; then
    if ! diff -ru "$committed" "$fresh"; then
        say "the committed bindings are not what jextract makes of linux.h and symbols here."
        say "they were made with the headers that README.md names; here is $(getconf GNU_LIBC_VERSION)."
        exit 1
    fi
    exit 0
fi

mkdir -p "$committed"
# Only what jextract wrote. A file that someone else put there stays, and --check reports it.
for file in "$committed"/*.java; do
    if [ -f "$file" ] && [ "$(head -n 1 "$file")" = "// Generated by jextract" ]; then
        rm "$file"
    fi
done
cp "$fresh"/*.java "$committed"/
