import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/overview', name: 'overview', component: () => import('./pages/OverviewPage.vue'), meta: { title: 'overview.title', action: 'oversight.board.list', menu: { group: 'oversight', order: 5 } } },
  { path: '/companies', name: 'overseen', component: () => import('./pages/CompaniesPage.vue'), meta: { title: 'oversight.title', action: 'oversight.board.list', menu: { group: 'oversight', order: 10 } } },
  { path: '/standing', name: 'standing', component: () => import('./pages/StandingPage.vue'), meta: { title: 'oversight.myStanding', action: 'oversight.standing.read', menu: { group: 'company', order: 20 } } },
]
