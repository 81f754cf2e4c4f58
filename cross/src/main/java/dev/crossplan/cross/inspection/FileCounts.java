package dev.crossplan.cross.inspection;

/**
 * What was looked at.
 *
 * @param files regular ones
 * @param elfFiles those of them that are ELF
 * @param archives of objects
 * @param objects ELF files in archives
 * @param scripts executable ones
 * @param systemScripts scripts for {@code /bin/sh} or {@code /usr/bin/env} that are not in the
 *     closure: the system has to provide them
 * @param withoutArch ELF files and objects with code that do not say for which instruction set
 * @param special those for which not all rules hold, see {@link FileRole}
 * @param others neither regular files nor folders nor links: pipes, sockets, devices
 */
public record FileCounts(
    long files,
    long elfFiles,
    long archives,
    long objects,
    long scripts,
    long systemScripts,
    long withoutArch,
    long special,
    long others) {

  static final FileCounts NONE = new FileCounts(0, 0, 0, 0, 0, 0, 0, 0, 0);

  FileCounts plus(FileCounts more) {
    return new FileCounts(
        files + more.files,
        elfFiles + more.elfFiles,
        archives + more.archives,
        objects + more.objects,
        scripts + more.scripts,
        systemScripts + more.systemScripts,
        withoutArch + more.withoutArch,
        special + more.special,
        others + more.others);
  }
}
