import { ElMessage } from 'element-plus'
import { asProblem } from '@/api/problem'
import { say } from '@/i18n'
import { sentence } from './say'

/** Shows a failure: what happened, the refused fields, and the request's number for whoever is asked for help. */
export function toast(thrown: unknown): void {
  const problem = asProblem(thrown)
  const fields = problem.errors.map((error) => error.message).filter(Boolean)
  const lines = [sentence(problem), ...fields.slice(0, 3)]
  if (problem.status >= 500 && problem.requestId) lines.push(say('parts.requestId', { id: problem.requestId }))
  ElMessage({ type: 'error', message: lines.join(' '), duration: 6000, showClose: true, grouping: true })
}

/** Says that something was done. */
export function done(text: string): void {
  ElMessage({ type: 'success', message: text, duration: 2500 })
}
