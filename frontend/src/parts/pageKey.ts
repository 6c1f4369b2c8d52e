import type { LocationQuery } from 'vue-router'

// What makes one address another page rather than another view of the same list.
const IDENTITY = ['companyId', 'ids'] as const

/** Names a page among the open ones: its path, and whose rows it shows where somebody looks at one company of many. */
export function pageKey(route: { path: string; query: LocationQuery }): string {
  const whose = IDENTITY.flatMap((name) => (typeof route.query[name] === 'string' ? [`${name}=${route.query[name]}`] : []))
  return whose.length ? `${route.path}?${whose.join('&')}` : route.path
}
