import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/rubrics', name: 'rubrics', component: () => import('./pages/RubricsPage.vue'), meta: { title: 'rubric.title', action: 'rubric.table.read', menu: { group: 'standardization', order: 60 } } },
  { path: '/rubrics/:id(\\d+)', name: 'rubric', component: () => import('./pages/RubricPage.vue'), meta: { title: 'rubric.detail', action: 'rubric.table.read', parent: 'rubrics' } },
  { path: '/rubrics/:id(\\d+)/edit', name: 'rubric-edit', component: () => import('./pages/RubricEditPage.vue'), meta: { title: 'rubric.edit', action: 'rubric.table.keep', parent: 'rubrics' } },
]
