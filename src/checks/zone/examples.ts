/** The ready templates that come with Vigie, selectable by name: the folders of `deploy/examples/` that have one. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const EXAMPLES = fileURLToPath(new URL('../../../deploy/examples/', import.meta.url));

/** The file of the ready template of this name; null where the text is a path, or no ready template has the name. */
export function readyTemplate(text: string): string | null {
  if (!isName(text)) return null;
  const file = fileOf(text);
  return existsSync(file) ? file : null;
}

/** A name has neither a slash nor an extension. */
export function isName(text: string): boolean {
  return /^[\w-]+$/.test(text);
}

/** The names of the ready templates. */
export function readyTemplates(): string[] {
  if (!existsSync(EXAMPLES)) return [];
  return readdirSync(EXAMPLES)
    .filter((name) => isName(name) && existsSync(fileOf(name)))
    .sort();
}

function fileOf(name: string): string {
  return join(EXAMPLES, name, 'template.yaml');
}
