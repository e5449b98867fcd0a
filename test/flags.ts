/** What bin/cunyitong starts Node with: whoever is measured against a process of ours gets the same. */
export const FLAGS = ['--max-semi-space-size=2', '--optimize-for-size'];
