import { defineStore } from 'pinia'
import { defineComponent, h, ref, type Component } from 'vue'
import type { RouteLocationNormalizedLoaded } from 'vue-router'
import { pageKey } from '@/parts/pageKey'

/** An open page. The same list with other filters stays one tab, two companies are two. */
export interface Tab {
  key: string
  address: string
  title: string
  /** What the page itself calls its tab, e.g. the company's name. */
  caption?: string
}

const MOST = 12

/** The open pages in the order they were opened; each is kept alive until its tab is closed. */
export const useTabs = defineStore('tabs', () => {
  const tabs = ref<Tab[]>([])
  const wrappers = new Map<string, Component>()

  /** Opens or returns to the tab of a route; beyond MOST the oldest other tab is closed. */
  function visit(route: RouteLocationNormalizedLoaded): void {
    const key = pageKey(route)
    const known = tabs.value.find((tab) => tab.key === key)
    if (known) {
      known.address = route.fullPath
      return
    }
    tabs.value.push({ key, address: route.fullPath, title: route.meta.title ?? '' })
    if (tabs.value.length > MOST) close(tabs.value[0]!.key)
  }

  /** Closes a tab and answers the address to go to if it was the shown one. */
  function close(key: string): string {
    const place = tabs.value.findIndex((tab) => tab.key === key)
    if (place >= 0) tabs.value.splice(place, 1)
    wrappers.delete(key)
    return (tabs.value[place] ?? tabs.value[place - 1])?.address ?? '/'
  }

  function closeOthers(key: string): void {
    for (const tab of tabs.value.filter((other) => other.key !== key)) close(tab.key)
  }

  function clear(): void {
    tabs.value = []
    wrappers.clear()
  }

  /** Names a tab after what it shows. */
  function caption(key: string, text: string): void {
    const tab = tabs.value.find((open) => open.key === key)
    if (tab) tab.caption = text
  }

  // keep-alive knows components by name only, so each tab gets a component of its own around the page.
  function wrapped(key: string, page: Component): Component {
    const known = wrappers.get(key)
    if (known) return known
    const wrapper = defineComponent({ name: key, render: () => h(page) })
    wrappers.set(key, wrapper)
    return wrapper
  }

  return { tabs, visit, close, closeOthers, clear, caption, wrapped }
})
