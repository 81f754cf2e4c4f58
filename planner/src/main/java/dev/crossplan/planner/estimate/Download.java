package dev.crossplan.planner.estimate;

/**
 * What comes over the network.
 *
 * @param fetches sources that are downloaded; how large these are nothing tells
 * @param substitutes derivations whose outputs are taken from substituters
 * @param sized those of {@code substitutes} of which a binary cache tells the size
 * @param bytes of these, as they are transferred
 */
public record Download(int fetches, int substitutes, int sized, long bytes) {}
