import { i18n } from '@/i18n'
import type { Schema } from '@/api/client'

export type Receiver = Schema<'UploadReceiverView'>
export type UploadRun = Schema<'UploadRunView'>
export type Failure = Schema<'UploadFailureView'>

/** An error of a run in plain words: one of ours, or what the platform itself said. */
export function wordsOf(error: string): string {
  const { t, te } = i18n.global
  return te(`upload.errors.${error}`) ? t(`upload.errors.${error}`) : error
}

/** How many rows of a receiver are in a state. */
export function rowsIn(receiver: Receiver, ...states: string[]): number {
  return receiver.rows.filter((row) => states.includes(row.state)).reduce((sum, row) => sum + row.rows, 0)
}
