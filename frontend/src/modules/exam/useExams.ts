import type { RowOf } from '@/api/client'

export type Question = RowOf<'/api/exam/questions'>
export type Bank = RowOf<'/api/exam/banks'>
export type Paper = RowOf<'/api/exam/papers'>
export type Task = RowOf<'/api/exam/tasks'>
export type Sat = RowOf<'/api/exam/results'>
export const KINDS = ['single', 'multiple', 'judge'] as const
export type Kind = (typeof KINDS)[number]

/** A answer as people write it: letters, or right and wrong. */
export function answerOf(kind: string, answer: number[], right: string, wrong: string): string {
  if (kind === 'judge') return answer[0] === 1 ? right : wrong
  return answer.map((place) => String.fromCharCode(65 + place)).join('')
}

/** A share in whole percent, cut: 99.96 % is not 100 %. */
export function share(part: number, all: number): string {
  return all ? `${Math.floor((part * 100) / all)}%` : '—'
}
