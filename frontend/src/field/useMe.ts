import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { asProblem } from '@/api/problem'
import { reached } from './core/net'
import { shelf } from './core/shelf'
import { readMe, signOut as endSession, type Me } from './server'

/** Who holds the phone. Without network it is whoever was signed in last: his own drafts stay open to him. */
export const useMe = defineStore('field-me', () => {
  const me = ref<Me>()
  const actions = computed(() => new Set<string>(me.value?.actions ?? []))
  const personId = computed(() => me.value?.person.id ?? '')
  const membershipId = computed(() => me.value?.membership.id ?? '')

  /** True when somebody is signed in. Throws what is neither an answer nor a missing network. */
  async function load(): Promise<boolean> {
    try {
      me.value = await readMe()
      reached(true)
      await shelf.kept.put({ key: 'me', at: new Date().toISOString(), data: JSON.parse(JSON.stringify(me.value)) })
      return true
    } catch (error) {
      const { status } = asProblem(error)
      if (status === 401) {
        await forget()
        return false
      }
      if (status !== 0 && status < 500) throw error
      reached(status !== 0)
      me.value = (await shelf.kept.get('me'))?.data as Me | undefined
      if (!me.value) throw error
      return true
    }
  }

  /** Forgets the person and every copy made for him; what he has not sent stays for his next visit. */
  async function forget(): Promise<void> {
    me.value = undefined
    await shelf.kept.clear()
  }

  async function signOut(): Promise<void> {
    await endSession()
    await forget()
  }

  /** True when the membership may do the action. */
  function can(action: string): boolean {
    return actions.value.has(action)
  }

  /** Key of a kept answer: copies belong to one person in one membership. */
  function keyOf(name: string): string {
    return `${personId.value}:${membershipId.value}:${name}`
  }

  /** Features whose records somebody wants to see although they are switched off. */
  const looked = ref<string[]>([])

  /** The feature that a page belongs to, where it is switched off. What was kept by an older program knows of none. */
  function closedOf(page: unknown): Me['closed'][number] | undefined {
    return (me.value?.closed as Me['closed'] | undefined)?.find((one) => one.field.includes(String(page)))
  }

  /** True when a page is to be left out: its feature is switched off and nobody asked for its records. */
  function hides(page: unknown): boolean {
    const closed = closedOf(page)
    return closed !== undefined && !looked.value.includes(closed.code)
  }

  return { looked, closedOf, hides, me, personId, membershipId, load, forget, signOut, can, keyOf }
})
