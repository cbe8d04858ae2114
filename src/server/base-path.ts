/**
 * Serving below a path of a proxy (`server.publicUrl`). Pages are written as if they were at the root; what leaves the
 * server gets the path in one place, so that no page has to know it.
 */
import type { ServerSource } from './source.ts';

/** The base path of a service. */
export function baseOf({ publicUrl }: Pick<ServerSource, 'publicUrl'>): string {
  return basePath(publicUrl?.() ?? null);
}

/** The path under which people reach the service, with a slash at both ends. */
export function basePath(publicUrl: string | null): string {
  return publicUrl === null ? '/' : new URL(publicUrl).pathname.replace(/\/*$/, '/');
}

/** A request's URL without the base path: proxies pass it on with it or without. */
export function withoutBase(url: string, base: string): string {
  if (base === '/') return url;
  if (url.startsWith(base)) return url.slice(base.length - 1);
  const [path] = url.split('?', 1) as [string];
  return `${path}/` === base ? `/${url.slice(path.length)}` : url;
}

/** An address of ours with the base path, whatever else stays as it is. */
export function withBase(path: string, base: string): string {
  return isOwn(path) ? `${base}${path.slice(1)}` : path;
}

/**
 * Markup with the base path in its links. Only attributes can match: in text and in values, `html` has replaced every
 * quotation mark by its entity.
 */
export function markupWithBase(markup: string, base: string): string {
  if (base === '/') return markup;
  return markup.replace(/( (?:href|src|action)=")\/(?!\/)/g, (_, before: string) => `${before}${base}`);
}

/** An absolute path, as opposed to a URL of another host. */
function isOwn(path: string): boolean {
  return path.startsWith('/') && !path.startsWith('//');
}
