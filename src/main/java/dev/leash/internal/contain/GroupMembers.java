package dev.leash.internal.contain;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Who is in a process group, zombies left out, from the {@link ProcessTable}: never for the loop's thread. */
final class GroupMembers {
    private GroupMembers() {}

    static Set<Integer> of(int pgid) throws IOException {
        Set<Integer> members = new HashSet<>();
        census(pgid).living().forEach(member -> members.add(member.pid()));
        return members;
    }

    static Census census(int pgid) throws IOException {
        List<Member> living = new ArrayList<>();
        for (ProcessEntry process : ProcessTable.fresh().entries()) {
            if (process.group() == pgid && process.alive()) {
                living.add(process.member(process.pid() == pgid ? Bond.LEADER : Bond.GROUP));
            }
        }
        return Census.of(living);
    }
}
