/** HTML as a tagged template that escapes every value: what a deployment says can never become markup. */

import { printable } from '../base/escape.ts';

/** Markup that is known to be safe, because it came out of `html`. */
export class Html {
  readonly #markup: string;
  private constructor(markup: string) {
    this.#markup = markup;
  }
  /** Only for `html` and for constants of ours. */
  static trusted(markup: string): Html {
    return new Html(markup);
  }
  toString(): string {
    return this.#markup;
  }
}

/** What a template takes; `null`, `undefined` and `false` leave nothing behind. */
export type Value = string | number | Html | null | undefined | false | readonly Value[];

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for an element's content or a quoted attribute: printable, and with nothing that turns its direction. */
export function escapeHtml(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

function render(value: Value): string {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof Html) return value.toString();
  if (typeof value === 'object') return value.map(render).join('');
  return escapeHtml(String(value));
}

/** Markup with escaped values. Attributes must be quoted in the template. */
export function html(strings: TemplateStringsArray, ...values: Value[]): Html {
  return Html.trusted(strings.reduce((text, part, i) => text + render(values[i - 1]) + part));
}
