/** The languages that Vigie speaks; the first is that of the terminal, of logs and of published runs. */
export const LANGUAGES = ['en', 'fr'] as const;
export type Language = (typeof LANGUAGES)[number];
