import type { RouteRecordRaw } from 'vue-router'

const kinds = ['regulator']

export const routes: RouteRecordRaw[] = [
  { path: '/patrols', name: 'patrols', component: () => import('./pages/PatrolsPage.vue'), meta: { title: 'patrol.title', action: 'patrol.visit.list', menu: { group: 'visit', order: 30, kinds } } },
  { path: '/patrols/own', name: 'patrols-own', component: () => import('./pages/PatrolsPage.vue'), meta: { title: 'patrol.title', action: 'patrol.visit.list', menu: { group: 'records', order: 64, kinds: ['company', 'service'] } } },
  { path: '/patrols/:id(\\d+)', name: 'patrol', component: () => import('./pages/PatrolPage.vue'), meta: { title: 'patrol.detail', action: 'patrol.visit.list' } },
  { path: '/handed-up', name: 'handed-up', component: () => import('./pages/HandedPage.vue'), meta: { title: 'patrol.handedTitle', action: 'patrol.handed.list', menu: { group: 'visit', order: 32, kinds } } },
  { path: '/handed-up/:id(\\d+)', name: 'handed-one', component: () => import('./pages/HandedOnePage.vue'), meta: { title: 'patrol.handedDetail', action: 'patrol.handed.list', parent: 'handed-up' } },
  { path: '/patrol-coverage', name: 'patrol-coverage', component: () => import('./pages/CoveragePage.vue'), meta: { title: 'patrol.coverage', action: 'patrol.coverage.read', menu: { group: 'visit', order: 34, kinds } } },
]
