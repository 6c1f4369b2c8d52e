import type { RouteRecordRaw } from 'vue-router'

const company = ['company', 'service']

export const routes: RouteRecordRaw[] = [
  { path: '/duties', name: 'duties', component: () => import('./pages/MatrixPage.vue'), meta: { title: 'responsibility.matrix', action: 'responsibility.matrix.read', menu: { group: 'staff', order: 30, kinds: company } } },
  { path: '/duties/posts', name: 'duties.posts', component: () => import('./pages/PostListsPage.vue'), meta: { title: 'responsibility.postLists', action: 'responsibility.matrix.read', menu: { group: 'staff', order: 31, kinds: company } } },
  { path: '/duties/coverage', name: 'duties.coverage', component: () => import('./pages/CoveragePage.vue'), meta: { title: 'responsibility.coverage', action: 'responsibility.coverage.read', menu: { group: 'staff', order: 32, kinds: company } } },
  { path: '/duties/lists', name: 'duties.lists', component: () => import('./pages/ListsPage.vue'), meta: { title: 'responsibility.versions', action: 'responsibility.matrix.read', parent: 'duties' } },
  { path: '/duties/upgrade', name: 'duties.upgrade', component: () => import('./pages/UpgradePage.vue'), meta: { title: 'responsibility.upgrade', action: 'responsibility.matrix.edit', parent: 'duties' } },
  { path: '/duties/figures', name: 'duties.figures', component: () => import('./pages/FiguresPage.vue'), meta: { title: 'responsibility.coverage', action: 'responsibility.coverage.oversee' } },
]
