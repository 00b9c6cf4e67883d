package dev.leash.internal.contain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Makes a cgroup with a controller, puts a process into it, and says where both are: CONTROLLER. */
public final class HomeProbe {
    private HomeProbe() {}

    public static void main(String[] args) throws Exception {
        Path home = CgroupHome.path();
        try {
            Path made = Cgroups.create(List.of(args[0])).directory();
            if (!Files.readString(made.resolve("cgroup.controllers")).contains(args[0])) {
                throw new AssertionError("it has not got the controller " + args[0]);
            }
            Process child = new ProcessBuilder("sleep", "600").start();
            Files.writeString(made.resolve("cgroup.procs"), Long.toString(child.pid()));
            System.out.println("run " + made);
            CgroupRemoval.killAndRemove(made);
            int ignored = child.waitFor();
            if (Files.exists(made)) {
                throw new AssertionError("it cannot be removed");
            }
            System.out.println("procs " + CgroupHome.ofProcesses());
        } catch (IOException e) {
            System.out.println("refused " + e.getMessage());
        }
        if (!home.equals(CgroupHome.path())) {
            throw new AssertionError("the home has moved");
        }
        System.out.println("jvm " + Cgroups.own());
        System.out.println("done");
    }
}
