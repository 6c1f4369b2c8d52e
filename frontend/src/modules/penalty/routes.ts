import type { RouteRecordRaw } from 'vue-router'

const action = 'penalty.record.list'

export const routes: RouteRecordRaw[] = [
  { path: '/penalties', name: 'penalties', component: () => import('./pages/PenaltiesPage.vue'), meta: { title: 'penalty.title', action, menu: { group: 'oversight', order: 17 } } },
  { path: '/penalties/:id(\\d+)', name: 'penalty', component: () => import('./pages/PenaltyPage.vue'), meta: { title: 'penalty.detail', action, parent: 'penalties' } },
  { path: '/dishonesty', name: 'dishonesty', component: () => import('./pages/DishonestyPage.vue'), meta: { title: 'penalty.dishonesty', action, menu: { group: 'oversight', order: 18 } } },
  { path: '/dishonesty/:id(\\d+)', name: 'dishonesty-one', component: () => import('./pages/ListedPage.vue'), meta: { title: 'penalty.dishonestyOne', action, parent: 'dishonesty' } },
]
