import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { asProblem, type Problem } from '@/api/problem'
import type { ImportColumn, Importer, ImportPreview, ImportProgress } from './importer'
import { useIntent } from './useIntent'

export type ImportStep = 'choose' | 'preview' | 'running' | 'finished'

export interface Import {
  step: Ref<ImportStep>
  busy: Ref<boolean>
  problem: ShallowRef<Problem | undefined>
  preview: ShallowRef<ImportPreview | undefined>
  progress: ShallowRef<ImportProgress | undefined>
  choose(file: File): Promise<void>
  remap(columns: ImportColumn[]): Promise<void>
  commit(): Promise<void>
  restart(): void
}

const PAUSE = 1000

/** The way of a file from the disk to saved rows: read, look, commit, watch. */
export function useImport(importer: Importer): Import {
  const step = ref<ImportStep>('choose')
  const problem = shallowRef<Problem>()
  const preview = shallowRef<ImportPreview>()
  const progress = shallowRef<ImportProgress>()
  const intent = useIntent()
  let timer: ReturnType<typeof setTimeout> | undefined

  async function attempt<T>(content: unknown, send: (key: string) => Promise<T>): Promise<T | undefined> {
    problem.value = undefined
    try {
      return await intent.run(content, send)
    } catch (error) {
      problem.value = asProblem(error)
      return undefined
    }
  }

  async function choose(file: File): Promise<void> {
    const read = await attempt([file.name, file.size, file.lastModified], (key) => importer.upload(file, key))
    if (!read) return
    preview.value = read
    step.value = 'preview'
  }

  async function remap(columns: ImportColumn[]): Promise<void> {
    const id = preview.value?.id
    if (!id) return
    const read = await attempt(columns, (key) => importer.remap(id, columns, key))
    if (read) preview.value = read
  }

  async function commit(): Promise<void> {
    const id = preview.value?.id
    if (!id) return
    const taken = await attempt(['commit', id], async (key) => {
      await importer.commit(id, key)
      return true
    })
    if (!taken) return
    step.value = 'running'
    await watch(id)
  }

  // The rows are saved by a background job; a failed look at it is shown and looked at again.
  async function watch(id: string): Promise<void> {
    try {
      progress.value = await importer.progress(id)
      problem.value = undefined
    } catch (error) {
      problem.value = asProblem(error)
    }
    if (progress.value?.state === 'done' || progress.value?.state === 'failed') step.value = 'finished'
    else timer = setTimeout(() => void watch(id), PAUSE)
  }

  function restart(): void {
    clearTimeout(timer)
    step.value = 'choose'
    problem.value = undefined
    preview.value = undefined
    progress.value = undefined
  }

  onScopeDispose(() => clearTimeout(timer))
  return { step, busy: intent.busy, problem, preview, progress, choose, remap, commit, restart }
}
