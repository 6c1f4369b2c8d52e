import type { components } from './schema'

/** One refused field as RFC 9457 `errors` carries it; `location` is `body.name`, `query.limit` … */
export interface FieldError {
  location: string
  message: string
}

/** What the server answers instead of a result. Its texts are already in the reader's language. */
export interface Problem {
  status: number
  code: string
  title: string
  detail: string
  requestId: string
  errors: FieldError[]
}

/** Every fault code the API description declares. */
export type ProblemCode = NonNullable<components['schemas']['WebProblem']['code']>

/** Codes the client itself makes, for failures in which no server spoke. */
export const OFFLINE = 'client.offline'
export const UNREADABLE = 'client.unreadable'

/** The one error that a call to the API may throw. */
export class ApiError extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail || problem.title || problem.code)
    this.name = 'ApiError'
    this.problem = problem
  }

  /** True when the server has certainly not carried the request out, so a new attempt is a new intent. */
  get refused(): boolean {
    return this.problem.status >= 400 && this.problem.status < 500
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function fieldErrors(value: unknown): FieldError[] {
  if (!Array.isArray(value)) return []
  return value.map((entry: unknown) => {
    const field = (entry ?? {}) as Record<string, unknown>
    return { location: text(field.location), message: text(field.message) }
  })
}

/** Reads the body of a refused answer; an answer that is no problem document (a proxy's page) becomes UNREADABLE. */
export async function problemOf(response: Response): Promise<Problem> {
  const requestId = response.headers.get('X-Request-Id') ?? ''
  let body: Record<string, unknown> = {}
  try {
    body = (await response.json()) as Record<string, unknown>
  } catch {
    return { status: response.status, code: UNREADABLE, title: '', detail: '', requestId, errors: [] }
  }
  return {
    status: response.status,
    code: text(body.code) || UNREADABLE,
    title: text(body.title),
    detail: text(body.detail),
    requestId: text(body.requestId) || requestId,
    errors: fieldErrors(body.errors),
  }
}

/** Any thrown value as a problem: an ApiError keeps its own, everything else means that no server was reached. */
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof ApiError) return thrown.problem
  return { status: 0, code: OFFLINE, title: '', detail: '', requestId: '', errors: [] }
}

/** Messages by field name, for forms: `body.name` and `body.rows[2].code` become `name` and `rows[2].code`. */
export function messagesByField(problem: Problem | undefined): Record<string, string> {
  const messages: Record<string, string> = {}
  for (const error of problem?.errors ?? []) {
    const field = error.location.replace(/^(body|query|path)\.?/, '')
    messages[field] = messages[field] ? `${messages[field]} ${error.message}` : error.message
  }
  return messages
}
