import { onScopeDispose, ref, type Ref } from 'vue'
import { api, body, keyed } from '@/api/client'
import { ApiError } from '@/api/problem'
import { useIntent } from './useIntent'
import type { Transfer } from './useTransfer'

/** The server side, so that a test can stand in for it. */
export interface ExportServer {
  start(kind: string, filters: Record<string, string[]>, columns: string[], key: string): Promise<string>
  read(id: string): Promise<Pick<Transfer, 'id' | 'status' | 'done' | 'faultText'>>
  fetch(id: string): void
}

export const server: ExportServer = {
  start: async (kind, filters, columns, key) => (await body(api.POST('/api/transfer/exports', { body: { kind, filters, columns }, ...keyed(key) }))).id,
  read: (id) => body(api.GET('/api/transfer/transfers/{id}', { params: { path: { id } } })),
  // The answer is an attachment: the page stays where it is.
  fetch: (id) => window.location.assign(`/api/transfer/transfers/${id}/file`),
}

/** The filters that are set, each as the list of its values. */
export function filtersOf(values: Record<string, string | string[] | undefined>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value?.length ? [[name, [value].flat()]] : [])))
}

export interface Exporting {
  /** From the press to the file, or to the failure. */
  busy: Ref<boolean>
  /** Rows written so far. */
  written: Ref<number>
  /** Answers true when the file came, false when its page was left first; throws what the server refused, and its sentence if the export failed. */
  run(kind: string, filters: Record<string, string[]>, columns?: string[]): Promise<boolean>
}

/** Has a list written into a file in the background and fetches it when it is ready. Left alone, the file waits under 导入导出. */
export function useExport(pause = 1000, at: ExportServer = server): Exporting {
  const intent = useIntent()
  const busy = ref(false)
  const written = ref(0)
  let left = false
  onScopeDispose(() => { left = true })

  /** What the server says of it; nothing where it could not be asked, for the file is written without us. */
  async function look(id: string): Promise<Pick<Transfer, 'status' | 'done' | 'faultText'> | undefined> {
    try {
      return await at.read(id)
    } catch (error) {
      if (error instanceof ApiError && error.refused) throw error
      return undefined
    }
  }

  async function follow(id: string): Promise<boolean> {
    while (!left) {
      const found = await look(id)
      written.value = found?.done ?? written.value
      if (found?.status === 'failed') throw new ApiError({ status: 409, code: 'transfer.failed', title: '', detail: found.faultText, requestId: '', errors: [] })
      if (found?.status === 'done' && !left) {
        at.fetch(id)
        return true
      }
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
    return false
  }

  async function run(kind: string, filters: Record<string, string[]>, columns: string[] = []): Promise<boolean> {
    if (busy.value) return false
    busy.value = true
    written.value = 0
    try {
      const id = await intent.run([kind, filters, columns], (key) => at.start(kind, filters, columns, key))
      return id !== undefined && (await follow(id))
    } finally {
      busy.value = false
    }
  }

  return { busy, written, run }
}
