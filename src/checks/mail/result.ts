/** What a mail run found (the `mail` key of a run). */
export type MailResult = Record<string, never>;
