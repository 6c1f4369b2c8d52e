import { OFFLINE, UNREADABLE, asProblem, type Problem } from '@/api/problem'
import { i18n } from '@/i18n'

/** The sentence that tells a person what went wrong: the server's own text, else ours for the code, else a general one. */
export function sentence(problem: Problem): string {
  if (problem.detail && problem.code !== OFFLINE && problem.code !== UNREADABLE) return problem.detail
  const { t, te } = i18n.global
  const own = `fault.${problem.code.replaceAll('.', '_')}`
  if (te(own)) return t(own)
  return problem.title || t(problem.status === 0 ? 'fault.client_offline' : 'fault.client_unreadable')
}

/** The same for any thrown value. */
export function sentenceOf(thrown: unknown): string {
  return sentence(asProblem(thrown))
}
