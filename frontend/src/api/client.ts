import createClient, { type Middleware } from 'openapi-fetch'
import { ApiError, asProblem, problemOf } from './problem'
import type { components, paths } from './schema'

/** The schemas of the API by name: `Schema<'AccountMeView'>`. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name]

/** One page of a list. `next` and `prev` are cursors; `count` is present where the server knows it, `estimated` where it only guesses it. */
export interface Page<T> {
  items: T[]
  next?: string
  prev?: string
  count?: number
  estimated?: boolean
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

/** The headers of a request that a page sends by itself: it does not keep a session awake that nobody uses. */
export const unattended = { headers: { 'X-Unattended': '1' } }

type Hearer = (answer: Response) => void
const hearers = new Set<Hearer>()

/** Calls the listener with every answer of the server, refusals too. It may read headers, not the body. */
export function onAnswer(hearer: Hearer): () => void {
  hearers.add(hearer)
  return () => hearers.delete(hearer)
}

type Asker = () => Promise<boolean>
let asker: Asker | undefined

/** Names who asks the person to show again that it is he; he answers false where the person would not. */
export function onConfirm(next: Asker): void {
  asker = next
}

/** Sends a request, and once more after a confirmation where the server wants one first. */
async function send(request: Request): Promise<Response> {
  // A file is not copied for it: nothing dangerous takes one.
  const again = request.headers.get('Content-Type')?.startsWith('multipart/') ? undefined : request.clone()
  const answer = await globalThis.fetch(request)
  if (answer.status !== 403 || !again || !asker) return answer
  const problem = await problemOf(answer.clone())
  return problem.code === 'rbac.confirm' && (await asker()) ? globalThis.fetch(again) : answer
}

// Where a 401 says that what was typed is wrong, not that a session has ended.
const OPENINGS = new Set(['/api/account/sessions', '/api/account/sessions/by-code', '/api/account/sessions/by-link', '/api/account/oidc/second', '/api/account/password/reset', '/api/account/invitations/accept'])

const manners: Middleware = {
  onRequest({ request }) {
    request.headers.set('Accept-Language', language)
    request.headers.set('X-Requested-With', 'anbiao')
    const writes = request.method !== 'GET' && request.method !== 'HEAD'
    if (writes && !request.headers.has('Idempotency-Key')) request.headers.set('Idempotency-Key', newKey())
    return request
  },
  async onResponse({ request, response, schemaPath }) {
    hearers.forEach((hearer) => hearer(response))
    if (response.ok) return
    const problem = await problemOf(response)
    const opening = request.method === 'POST' && OPENINGS.has(schemaPath)
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
  fetch: send,
})
api.use(manners)

/** The body of a successful answer: `const me = await body(api.GET('/api/account/me'))`. */
export async function body<T>(call: Promise<{ data?: T }>): Promise<T> {
  const { data } = await call
  return data as T
}

/** What a GET of an address answers. */
export type AnswerOf<P extends keyof paths> = paths[P] extends { get: { responses: { 200: { content: { 'application/json': infer A } } } } } ? A : never

/** A row of the list at an address. */
export type RowOf<P extends keyof paths> = AnswerOf<P> extends { items: (infer R)[] } ? R : never

/**
 * One page of a list. The filters come from the address bar as text and are checked by the server, which
 * is why they are not typed here; the rows are.
 */
export async function list<P extends keyof paths>(path: P, query: Record<string, unknown>): Promise<Page<RowOf<P>>> {
  const { data } = await (api.GET as (path: string, init: object) => Promise<{ data?: unknown }>)(path, { params: { query } })
  return data as Page<RowOf<P>>
}

/** One page of a list that is read by the id of its last row (`after`) and has no cursor of its own. */
export async function listAfter<P extends keyof paths>(path: P, query: Record<string, unknown> & { limit: number; cursor?: string }): Promise<Page<RowOf<P>>> {
  const { cursor, ...rest } = query
  const page = await list(path, { ...rest, ...(cursor ? { after: cursor } : {}) })
  const last = page.items.at(-1) as { id?: string } | undefined
  return page.items.length < query.limit || !last?.id ? page : { ...page, next: last.id }
}

/** Sends a form with a file to an address that takes one; answers the id of what was made. */
export async function sendFile(path: '/api/transfer/transfers' | '/api/attachment/files', fields: Record<string, string | File>, key: string): Promise<string> {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  const { data } = await api.POST(path, { body: fields as never, bodySerializer: () => form, ...keyed(key) })
  return (data as { id: string }).id
}
