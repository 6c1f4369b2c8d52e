package id

// Markers of things that more than one module refers to, so that modules can name each
// other's rows without importing each other: id.Of[id.Company].

type (
	Company      struct{} // company: an enterprise, the tenant
	Person       struct{} // account: somebody who logs in
	Membership   struct{} // account: a person's place in one organisation
	Organisation struct{} // account: a regulator, service agency, review agency or the platform
	Staff        struct{} // staff: a person of a company, who may have no login
	Unit         struct{} // staff: a workshop or team
	Post         struct{} // staff: a post (岗位)
	Division     struct{} // division: an administrative area, zone or grid
	Point        struct{} // checklist: a check point (检查点)
	Standard     struct{} // checklist: a version of a company's standard
	Task         struct{} // inspection: a check to do
	Check        struct{} // inspection: a check done
	Hazard       struct{} // hazard: a ledger row
	Report       struct{} // selfreport: one cycle's report
	Certificate  struct{} // certificate: one version of a certificate
	Attachment   struct{} // attachment: a file
	Transfer     struct{} // transfer: a background import or export
	Notice       struct{} // notice: a message to a person
	Duty         struct{} // responsibility: a duty of the company's own list
	Letter       struct{} // letter: a responsibility letter (责任书)
	Assessment   struct{} // performance: one person's assessment of one period
	Card         struct{} // company: the company's card from a day on
	Licence      struct{} // company: a licence or permit of the firm
	Contact      struct{} // company: somebody to ring up
	Picture      struct{} // company: a photo of the firm
	Link         struct{} // company: landlord and tenant at one address
	Permit       struct{} // permit: a dangerous-work permit (危险作业审批票)
	Due          struct{} // due: something that falls due
	Row          struct{} // a row of a register
	Listing      struct{} // listing: a major hazard under listed supervision (挂牌督办)
	Bundle       struct{} // evidence: a package of a cycle's records (迎检资料包)
	Reward       struct{} // reward: a reward for reporting a hazard inside the firm
	Rubric       struct{} // rubric: a version of a scoring table (评分标准)
	Evaluation   struct{} // standardization: one scoring of a company by a table
	Finding      struct{} // standardization: what an evaluation found at an item
	Application  struct{} // grading: an application for a level (定级申请)
	Access       struct{} // grading: the days on which a review agency sees a company
	Award        struct{} // award: a level that a company holds (标准化等级)
	Enrolment    struct{} // enrolment: a company that must be in standardization
	Claim        struct{} // enrolment: a claim for the reward of a level (标准化奖励)
	Penalty      struct{} // penalty: a penalty or an entry in the list of dishonest firms
	Responsible  struct{} // dossier: who answers for a company (四责任人)
	Patrol       struct{} // patrol: a grid worker's visit (走访)
	Handed       struct{} // patrol: what a grid worker hands up
	Plan         struct{} // visit: a year's plan of inspections
	Visit        struct{} // visit: an inspection of a company by a regulator
	Order        struct{} // visit: an order to a company (责令限期整改指令书)
	Missive      struct{} // instrument: a numbered letter of a regulator (督促函)
	Circular     struct{} // instrument: a notice with receipts (通知)
	Programme    struct{} // programme: a target programme (达标项目)
	Special      struct{} // programme: an entry of a special register (专项名单)
	Saved        struct{} // oversight: a saved view of the list
	Bulk         struct{} // oversight: an action on many companies
	Course       struct{} // training: a course
	Session      struct{} // training: a session of people who are trained
	Education    struct{} // training: a card of three-level education (三级安全教育卡)
	Newcomer     struct{} // training: somebody who registered himself
	Bank         struct{} // exam: a question bank (题库)
	Question     struct{} // exam: a question
	Paper        struct{} // exam: rules by which questions are drawn
	Sitting      struct{} // exam: one person's try at a paper
	Hook         struct{} // notice: a robot or address that a company's messages go to
	Archive      struct{} // archive: a company's whole data as a file
	Erasure      struct{} // archive: a request to erase a company's data
	Receiver     struct{} // upload: a platform that a company's dual-prevention records go to
)
