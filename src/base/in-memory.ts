/** Stands for no directory at all: runs are kept no longer than the process. */
export const IN_MEMORY = ':memory:';
