import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/protection/standards', name: 'protection.standards', component: () => import('./pages/StandardsPage.vue'), meta: { title: 'protection.standards', action: 'protection.standard.list', menu: { group: 'register', order: 20, kinds: ['company', 'service'] } } },
  { path: '/protection/issues', name: 'protection.issues', component: () => import('./pages/IssuesPage.vue'), meta: { title: 'protection.issues', action: 'protection.issue.list', menu: { group: 'register', order: 21, kinds: ['company', 'service'] } } },
]
