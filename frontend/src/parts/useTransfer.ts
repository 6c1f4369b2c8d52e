import { computed, onScopeDispose, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import { api, body, keyed, sendFile, type AnswerOf } from '@/api/client'
import { asProblem, type Problem } from '@/api/problem'
import { useIntent } from './useIntent'

/** A list on its way from a file into rows, as the server keeps it. */
export type Transfer = AnswerOf<'/api/transfer/transfers/{id}'>

/** The server side, so that a test can stand in for it. */
export interface TransferServer {
  upload(kind: string, file: File, key: string): Promise<string>
  read(id: string): Promise<Transfer>
  map(id: string, places: Record<string, number>, shown: Transfer, key: string): Promise<unknown>
  commit(id: string, key: string): Promise<unknown>
}

export const server: TransferServer = {
  upload: (kind, file, key) => sendFile('/api/transfer/transfers', { kind, file }, key),
  read: (id) => body(api.GET('/api/transfer/transfers/{id}', { params: { path: { id } } })),
  map: (id, places, shown, key) => api.PUT('/api/transfer/transfers/{id}/mapping', { params: { path: { id } }, body: { places, sheet: shown.sheet, headerRow: shown.headerRow }, ...keyed(key) }),
  commit: (id, key) => api.POST('/api/transfer/transfers/{id}/commit', { params: { path: { id } }, ...keyed(key) }),
}

export interface Transferring {
  transfer: ShallowRef<Transfer | undefined>
  problem: ShallowRef<Problem | undefined>
  busy: Ref<boolean>
  /** Required columns that no column of the file was taken for. */
  missing: ComputedRef<string[]>
  upload(kind: string, file: File): Promise<void>
  open(id: string): Promise<void>
  map(places: Record<string, number>): Promise<void>
  commit(): Promise<void>
  restart(): void
}

/** The titles of required columns without a place. */
export function missingColumns(transfer: Pick<Transfer, 'columns' | 'places'>): string[] {
  return transfer.columns.filter((column) => column.required && transfer.places[column.key] === undefined).map((column) => column.title)
}

/** Follows one import: uploaded, assigned, checked, looked at, saved. Looks again while the server works. */
export function useTransfer(pause = 1000, at: TransferServer = server): Transferring {
  const transfer = shallowRef<Transfer>()
  const problem = shallowRef<Problem>()
  const intent = useIntent()
  const followed = ref('')
  let timer: ReturnType<typeof setTimeout> | undefined

  async function look(id: string): Promise<void> {
    clearTimeout(timer)
    if (followed.value !== id) return
    try {
      const read = await at.read(id)
      if (followed.value !== id) return
      transfer.value = read
      problem.value = undefined
    } catch (error) {
      problem.value = asProblem(error)
    }
    // A failed look is shown and looked at again: the rows are saved without us.
    const status = transfer.value?.status
    if (problem.value?.status === 404) return
    if (problem.value || status === 'checking' || status === 'saving') timer = setTimeout(() => void look(id), pause)
  }

  async function attempt<T>(content: unknown, send: (key: string) => Promise<T>): Promise<T | undefined> {
    problem.value = undefined
    try {
      return await intent.run(content, send)
    } catch (error) {
      problem.value = asProblem(error)
      return undefined
    }
  }

  async function open(id: string): Promise<void> {
    followed.value = id
    await look(id)
  }

  async function upload(kind: string, file: File): Promise<void> {
    const id = await attempt([kind, file.name, file.size, file.lastModified], (key) => at.upload(kind, file, key))
    if (id) await open(id)
  }

  async function map(places: Record<string, number>): Promise<void> {
    const shown = transfer.value
    if (!shown) return
    const taken = await attempt(['map', shown.id, places], async (key) => {
      await at.map(shown.id, places, shown, key)
      return true
    })
    if (taken) await look(shown.id)
  }

  async function commit(): Promise<void> {
    const id = transfer.value?.id
    if (!id) return
    const taken = await attempt(['commit', id], async (key) => {
      await at.commit(id, key)
      return true
    })
    if (taken) await look(id)
  }

  function restart(): void {
    clearTimeout(timer)
    followed.value = ''
    transfer.value = undefined
    problem.value = undefined
  }

  onScopeDispose(() => {
    clearTimeout(timer)
    followed.value = ''
  })
  const missing = computed(() => (transfer.value ? missingColumns(transfer.value) : []))
  return { transfer, problem, busy: intent.busy, missing, upload, open, map, commit, restart }
}
