/** The same content without days that are not filled in: the server takes a day or none, never an empty one. */
export function withoutEmptyDays<T extends object>(content: T): T {
  return Object.fromEntries(Object.entries(content).filter(([key, value]) => !(/(On|^until|^from)$/.test(key) && !value))) as T
}
