import type { RouteLocationNormalized, RouteLocationRaw, RouteRecordRaw } from 'vue-router'
import { today } from '@/parts/format'

/** The list has the latest due day first; whoever opens it without asking means what is due by now. */
function untilToday(to: RouteLocationNormalized): true | RouteLocationRaw {
  return Object.keys(to.query).length ? true : { ...to, query: { to: today() } }
}

export const routes: RouteRecordRaw[] = [
  { path: '/tasks', name: 'tasks', beforeEnter: untilToday, component: () => import('./pages/TasksPage.vue'), meta: { title: 'inspection.tasks', action: 'inspection.task.list', menu: { group: 'inspection', order: 10, kinds: ['company', 'service'] } } },
  { path: '/plans', name: 'plans', component: () => import('./pages/PlansPage.vue'), meta: { title: 'inspection.plans', action: 'inspection.plan.list', menu: { group: 'inspection', order: 20 } } },
  { path: '/occasions', name: 'occasions', component: () => import('./pages/OccasionsPage.vue'), meta: { title: 'inspection.occasions', action: 'inspection.plan.list', menu: { group: 'inspection', order: 21 } } },
  { path: '/task-calendar', name: 'task-calendar', component: () => import('./pages/CalendarPage.vue'), meta: { title: 'inspection.calendar', action: 'inspection.task.list', menu: { group: 'inspection', order: 22, kinds: ['company', 'service'] } } },
  { path: '/compliance', name: 'compliance', component: () => import('./pages/CompliancePage.vue'), meta: { title: 'inspection.compliance', action: 'inspection.compliance.read', menu: { group: 'inspection', order: 24, kinds: ['company', 'service'] } } },
  { path: '/special-checks', name: 'special-checks', component: () => import('./pages/SpecialPage.vue'), meta: { title: 'inspection.specials', action: 'inspection.special.list', menu: { group: 'inspection', order: 26, kinds: ['company', 'service'] } } },
  { path: '/campaigns', name: 'campaigns', component: () => import('./pages/CampaignsPage.vue'), meta: { title: 'inspection.campaigns', action: 'inspection.campaign.list', menu: { group: 'inspection', order: 28, kinds: ['regulator'] } } },
  { path: '/checks', name: 'checks', component: () => import('./pages/ChecksPage.vue'), meta: { title: 'inspection.checks', action: 'inspection.check.list', menu: { group: 'inspection', order: 30, kinds: ['company', 'service'] } } },
  { path: '/checks/paper', name: 'checks.paper', component: () => import('./pages/PaperPage.vue'), meta: { title: 'inspection.copyCard', action: 'inspection.check.submit', parent: 'checks' } },
  { path: '/checks/:startedOn(\\d{4}-\\d{2}-\\d{2})/:id(\\d+)', name: 'check', component: () => import('./pages/CheckPage.vue'), meta: { title: 'inspection.check', action: 'inspection.check.read', parent: 'checks' } },
]
