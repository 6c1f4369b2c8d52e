import createClient, { type Middleware } from 'openapi-fetch'
import { ApiError, asProblem, problemOf } from './problem'
import type { components, paths } from './schema'

/** The schemas of the API by name: `Schema<'AccountMe'>`. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name]

/** One page of a list. `next` and `prev` are cursors; `count` is present where the server knows it. */
export interface Page<T> {
  items: T[]
  next?: string
  prev?: string
  count?: number
}

let language = 'zh-CN'

/** The language that every request asks its texts in. */
export function speak(next: string): void {
  language = next
}

type Listener = () => void
const signedOut = new Set<Listener>()

/** Calls the listener whenever the server no longer knows our session. */
export function onSignedOut(listener: Listener): () => void {
  signedOut.add(listener)
  return () => signedOut.delete(listener)
}

/** A fresh idempotency key: one for each thing the user wants, the same again when it is retried. */
export function newKey(): string {
  return crypto.randomUUID?.() ?? fromRandom()
}

// randomUUID exists only in secure contexts; a phone on the workshop's plain http still needs keys.
function fromRandom(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** The headers of a write that belongs to the intent with this key. */
export function keyed(key: string): { headers: Record<string, string> } {
  return { headers: { 'Idempotency-Key': key } }
}

const manners: Middleware = {
  onRequest({ request }) {
    request.headers.set('Accept-Language', language)
    request.headers.set('X-Requested-With', 'anbiao')
    const writes = request.method !== 'GET' && request.method !== 'HEAD'
    if (writes && !request.headers.has('Idempotency-Key')) request.headers.set('Idempotency-Key', newKey())
    return request
  },
  async onResponse({ response, schemaPath }) {
    if (response.ok) return
    const problem = await problemOf(response)
    const opening = schemaPath.startsWith('/api/account/') && schemaPath.endsWith('sessions')
    if (response.status === 401 && !opening) signedOut.forEach((listener) => listener())
    throw new ApiError(problem)
  },
  onError({ error }) {
    return error instanceof ApiError || isAbort(error) ? undefined : new ApiError(asProblem(error))
  },
}

/** True for the error of a request that we ourselves gave up. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError'
}

/** The typed client. Every call throws ApiError when it does not succeed. */
export const api = createClient<paths>({
  baseUrl: globalThis.location.origin,
  credentials: 'same-origin',
  querySerializer: { array: { style: 'form', explode: true } },
  fetch: (request) => globalThis.fetch(request),
})
api.use(manners)

/** The body of a successful answer: `const me = await body(api.GET('/api/account/me'))`. */
export async function body<T>(call: Promise<{ data?: T }>): Promise<T> {
  const { data } = await call
  return data as T
}
