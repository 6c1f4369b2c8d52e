import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { api, body, keyed, type Schema } from '@/api/client'

/** Who works at this browser: the person, the chosen membership and what it may do. */
export const useSession = defineStore('session', () => {
  const me = ref<Schema<'AccountMeView'>>()
  /** Features whose records somebody wants to see although they are switched off. */
  const looked = ref<string[]>([])
  const actions = computed(() => new Set<string>(me.value?.actions ?? []))
  /** The company whose data the pages show: one's own, or the client a service agency works for. */
  const companyId = computed(() => me.value?.servingId ?? me.value?.membership.companyId)
  const kind = computed(() => me.value?.membership.kind)

  /** Asks the server who we are. Throws ApiError 401 when nobody is signed in. */
  async function load(): Promise<void> {
    me.value = await body(api.GET('/api/account/me'))
  }

  /** Works on under another of the person's memberships. */
  async function choose(membershipId: string, key: string): Promise<void> {
    await api.POST('/api/account/sessions/current/membership', { body: { membershipId }, ...keyed(key) })
    await load()
  }

  /** Works on for another company that has engaged the agency. */
  async function serve(companyId: string, key: string): Promise<void> {
    await api.POST('/api/account/sessions/current/client', { body: { companyId }, ...keyed(key) })
    await load()
  }

  async function signOut(): Promise<void> {
    await api.DELETE('/api/account/sessions/current')
    forget()
  }

  /** Drops what we know of the person, after the server dropped the session. */
  function forget(): void {
    me.value = undefined
    looked.value = []
  }

  // A service agency that has not chosen a client yet has no company whose pages it could open.
  const unplaced = computed(() => kind.value === 'service' && !me.value?.servingId)

  /** True when the membership may do the action; without an action everybody may. */
  function can(action: string | undefined): boolean {
    if (!action) return true
    return actions.value.has(action) && !(unplaced.value && !/^(account|notice)\.|^checklist\.library\./.test(action))
  }

  /** The feature that a page belongs to, where it is switched off. */
  function closedOf(page: unknown): Schema<'AccountClosedView'> | undefined {
    return me.value?.closed.find((one) => one.desk.includes(String(page)))
  }

  /** True when a page is to be left out: its feature is switched off and nobody asked for its records. */
  function hides(page: unknown): boolean {
    const closed = closedOf(page)
    return closed !== undefined && !looked.value.includes(closed.code)
  }

  return { me, kind, companyId, unplaced, looked, load, choose, serve, signOut, forget, can, closedOf, hides }
})
