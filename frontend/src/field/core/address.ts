/** A page of this entry only: what leads to the login must not lead elsewhere after it. '/' for anything else. */
export function ownAddress(value: unknown): string {
  if (typeof value !== 'string') return '/'
  const path = value.replace(/^\/field(?=\/|$)/, '') || '/'
  return /^\/(?![/\\])/.test(path) ? path : '/'
}
