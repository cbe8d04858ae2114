/** Processor time, in milliseconds: what else runs on the machine is not in it. */

const ms = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1000;

/** Of this thread alone. */
export const threadMs = (): number => ms(process.threadCpuUsage());

/** Of this process with all its threads. */
export const processMs = (): number => ms(process.cpuUsage());
