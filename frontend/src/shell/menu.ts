import { Bell, Cpu, DataAnalysis, DocumentChecked, Files, HomeFilled, List, MapLocation, Medal, Money, Notebook, OfficeBuilding, Operation, Position, Reading, Setting, Stamp, TrendCharts, Trophy, User, WarningFilled } from '@element-plus/icons-vue'
import type { Component } from 'vue'
import type { RouteRecordNormalized, RouteRecordRaw } from 'vue-router'

declare module 'vue-router' {
  interface RouteMeta {
    /** i18n key of the page's title: tab, breadcrumb, menu, document. */
    title?: string
    /** The Action that the page's first request needs; without it the page is everybody's. */
    action?: string
    /** Reachable without a session. */
    public?: boolean
    /** Place in the left menu; a page without it is reached from another page. */
    menu?: { group: MenuGroup; order: number; /** Only for these kinds of membership. */ kinds?: readonly string[] }
    /** Name of the page one level up, for the breadcrumb of a detail page. */
    parent?: string
  }
}

/** Groups of the left menu in their order, with their icons. */
export const GROUPS = {
  home: HomeFilled,
  oversight: DataAnalysis,
  visit: Position,
  programme: TrendCharts,
  company: OfficeBuilding,
  staff: User,
  checklist: List,
  inspection: Operation,
  hazard: WarningFilled,
  permit: Stamp,
  risk: MapLocation,
  equipment: Cpu,
  emergency: Bell,
  fund: Money,
  register: Notebook,
  selfreport: DocumentChecked,
  standardization: Trophy,
  certificate: Medal,
  training: Reading,
  platform: Setting,
  records: Files,
} as const satisfies Record<string, Component>

export type MenuGroup = keyof typeof GROUPS

export interface MenuItem {
  name: string
  path: string
  title: string
}

export interface MenuBranch {
  group: MenuGroup
  icon: Component
  items: MenuItem[]
}

type Entry = RouteRecordNormalized | RouteRecordRaw

/** The menu of somebody who may do what `can` says, without the pages that are switched off for him: groups without a page are left out. */
export function menuFor(routes: readonly Entry[], can: (action: string | undefined) => boolean, kind = '', off: (page: unknown) => unknown = () => false): MenuBranch[] {
  const permitted = routes.filter((route) => route.meta?.menu && can(route.meta.action) && (route.meta.menu.kinds?.includes(kind) ?? true) && !off(route.name))
  const order = (route: Entry): number => route.meta?.menu?.order ?? 0
  return (Object.keys(GROUPS) as MenuGroup[])
    .map((group) => ({
      group,
      icon: GROUPS[group],
      items: permitted
        .filter((route) => route.meta?.menu?.group === group)
        .sort((a, b) => order(a) - order(b))
        .map((route) => ({ name: String(route.name), path: route.path, title: route.meta?.title ?? '' })),
    }))
    .filter((branch) => branch.items.length > 0)
}
