import { ElMessage, type MessageHandler, type MessageOptions } from 'element-plus'
import { asProblem } from '@/api/problem'
import { say } from '@/i18n'
import { sentence } from './say'

/** How many stand at once. */
const MOST = 3
/** Those that stand, oldest first, with what they say. */
const standing = new Map<MessageHandler, MessageOptions['message']>()

/**
 * Shows a message; the oldest makes room. (The library's own limit drops the newest, which may be the one that says what
 * failed.) One that stands already is only counted: closed to make room for itself, it would be gone.
 */
function show(options: MessageOptions): void {
  const stands = options.grouping && [...standing.values()].includes(options.message)
  const excess = stands ? 0 : Math.max(0, standing.size - MOST + 1)
  for (const oldest of [...standing.keys()].slice(0, excess)) {
    standing.delete(oldest)
    oldest.close()
  }
  const one: MessageHandler = ElMessage({ ...options, onClose: () => standing.delete(one) })
  standing.set(one, options.message)
}

/** Shows a failure: what happened, the refused fields, and the request's number for whoever is asked for help. */
export function toast(thrown: unknown): void {
  const problem = asProblem(thrown)
  const fields = problem.errors.map((error) => error.message).filter(Boolean)
  const lines = [sentence(problem), ...fields.slice(0, 3)]
  if (problem.status >= 500 && problem.requestId) lines.push(say('parts.requestId', { id: problem.requestId }))
  show({ type: 'error', message: lines.join(' '), duration: 6000, showClose: true, grouping: true })
}

/** Says that something was done. */
export function done(text: string): void {
  show({ type: 'success', message: text, duration: 2500 })
}

/** Says what did not come about, for no fault of the program's. */
export function warn(text: string): void {
  show({ type: 'warning', message: text })
}
