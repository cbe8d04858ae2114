/** Addresses of deployments on the command line. */

/** An address as a person writes it: https where no scheme is given. */
export const addressOf = (url: string): string => (/^[a-z]+:\/\//i.test(url) ? url : `https://${url}`);
