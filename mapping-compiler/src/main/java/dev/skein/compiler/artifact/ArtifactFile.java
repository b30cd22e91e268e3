package dev.skein.compiler.artifact;
import java.io.IOException; import java.lang.foreign.Arena; import java.nio.file.Path;
/** x. */
public final class ArtifactFile { private ArtifactFile(){} 
 /** x. */ public static boolean isArtifact(Path p) { return false; }
 /** x. */ public static Executable read(Path p, Arena a) throws IOException { throw new IOException("no"); }
 /** x. */ public static void write(Path p, Executable e) throws IOException { throw new IOException("no"); } }
