import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { api, body, keyed, list, type Page } from '@/api/client'
import { asked, type Register, type RegisterRow, type Speech } from './descriptor'

let known: Promise<Register[]> | undefined

/** The registers the server keeps, read once a visit. */
export function registers(): Promise<Register[]> {
  known ??= body((api.GET as unknown as Call)('/api/registers', {})).then((answer) => answer as Register[]).catch((error: unknown) => {
    known = undefined
    throw error
  })
  return known
}

// The addresses of registers come from the server, so that their types are those of the descriptors.
type Call = (path: string, init: object) => Promise<{ data?: unknown }>

/** The server side of one register. */
export interface RegisterServer {
  list(query: Record<string, string | number | undefined>): Promise<Page<RegisterRow>>
  read(id: string): Promise<RegisterRow>
  /** Adds a row, or changes the one with the id; answers its id. */
  save(content: object, id: string | undefined, key: string): Promise<string>
  end(id: string, content: { reason: string; on?: string }, key: string): Promise<void>
  /** The address of a print: of the list, or of one row. */
  print(id: string | undefined, query: Record<string, string | undefined>): string
}

export function serverOf(register: Register): RegisterServer {
  const address = `/api${register.route}`
  return {
    list: (query) => list(address as never, asked(query)) as Promise<Page<RegisterRow>>,
    read: async (id) => (await body((api.GET as unknown as Call)(`${address}/{id}`, { params: { path: { id } } }))) as RegisterRow,
    save: async (content, id, key) => {
      const call = id ? (api.PUT as unknown as Call)(`${address}/{id}`, { params: { path: { id } }, body: content, ...keyed(key) }) : (api.POST as unknown as Call)(address, { body: content, ...keyed(key) })
      return ((await body(call)) as { id: string } | undefined)?.id ?? id ?? ''
    },
    end: async (id, content, key) => {
      await (api.POST as unknown as Call)(`${address}/{id}/end`, { params: { path: { id } }, body: content, ...keyed(key) })
    },
    print: (id, query) => {
      const wanted = new URLSearchParams(Object.entries(asked(query)).flatMap(([name, value]) => [value].flat().map((one) => [name, String(one)])))
      return `${address}${id ? `/${id}` : ''}/print${wanted.size ? `?${wanted.toString()}` : ''}`
    },
  }
}

/** The reader's language, for the pure parts of a register. */
export function useSpeech(): ComputedRef<Speech> {
  const { t, locale } = useI18n()
  return computed(() => ({ english: locale.value === 'en', yes: t('parts.yes'), no: t('parts.no') }))
}
