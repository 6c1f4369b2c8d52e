import type { RouteRecordRaw } from 'vue-router'

/** Whoever sees several companies reaches these from the company's dossier. */
const own = ['company', 'service']

export const routes: RouteRecordRaw[] = [
  { path: '/emergency/plans', name: 'emergency-plans', component: () => import('./pages/PlansPage.vue'), meta: { title: 'emergency.plans', action: 'emergency.plan.list', menu: { group: 'emergency', order: 10, kinds: own } } },
  { path: '/emergency/drills', name: 'emergency-drills', component: () => import('./pages/DrillsPage.vue'), meta: { title: 'emergency.drills', action: 'emergency.drill.list', menu: { group: 'emergency', order: 20, kinds: own } } },
  { path: '/emergency/filings', name: 'emergency-filings', component: () => import('./pages/FilingsPage.vue'), meta: { title: 'emergency.filings', action: 'emergency.filing.list', menu: { group: 'emergency', order: 30 } } },
  { path: '/emergency/teams', name: 'emergency-teams', component: () => import('./pages/TeamsPage.vue'), meta: { title: 'emergency.teams', action: 'emergency.store.list', menu: { group: 'emergency', order: 40, kinds: own } } },
  { path: '/emergency/supplies', name: 'emergency-supplies', component: () => import('./pages/SuppliesPage.vue'), meta: { title: 'emergency.supplies', action: 'emergency.store.list', menu: { group: 'emergency', order: 50, kinds: own } } },
]
