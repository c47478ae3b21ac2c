// Made by `make bundle` from web/src: edit there.
function h(tag,attributes={},...children){let element=document.createElement(tag);for(let[name,value]of Object.
entries(attributes))value===!1||value==null||(name.startsWith("on")?element.addEventListener(name.slice(
2),value):name==="style"?style(element,value):element.setAttribute(name,value===!0?"":String(value)));
for(let child of children.flat())child!=null&&child!==!1&&element.append(child);return element}function style(element,properties){
for(let[name,value]of Object.entries(properties))element.style.setProperty(name,String(value))}var classes=(...names)=>names.
filter(Boolean).join(" "),setAble=(button,able)=>button.setAttribute("aria-disabled",String(!able)),
hex=bytes=>(bytes/4096).toString(16),span=vma=>`[${hex(vma.start)}, ${hex(vma.end)})`,frame=pfn=>(pfn??
0)>>20?`${(pfn??0)>>20}.${((pfn??0)&1048575).toString(16)}`:(pfn??0).toString(16),SHAPES=["square","\
round","diamond","hexagon"];function badge(doc,cpu,extra=""){let index=typeof cpu=="number"?cpu:doc.
cpus.indexOf(cpu),name=typeof cpu=="number"?doc.cpus[index]:cpu,kind=classes("badge",SHAPES[index%SHAPES.
length],extra);return h("span",{class:kind,title:`CPU ${name}`},h("span",{},String(index+1)))}var PARTS=["pool","states","steps","functions"],World=class{constructor(doc){this.doc=doc,this.vmas=
new Map,this.families=new Map,this.locks=new Map,this.pages=new Map,this.mms=new Map,this.met=new Set,
this.seen=0,this.grow()}get size(){return this.vmas.size+this.pages.size+this.families.size}grow(){for(;this.
seen<this.doc.states.length;this.seen++){let picture=this.doc.states[this.seen].picture??{};for(let[
section,places]of Object.entries(picture))for(let place of places)this.met.has(place)||(this.met.add(
place),this.meet(section,this.doc.pool[place]))}}meet(section,item){if(section==="mms")this.mms.set(
item.id,item);else if(section==="anon_vmas"&&!this.families.has(item.id))this.families.set(item.id,item);else if(section===
"vmas")this.meetVma(item);else if(section==="locks")this.meetLock(item);else if(section==="pages"){let page=this.
pages.get(item.id)??{...item,busy:!1};page.busy||=item.locked!=null||item.mapcount!==page.mapcount,this.
pages.set(item.id,page)}}meetVma(item){let vma=this.vmas.get(item.id)??{...item,addresses:new Set};if(item.
inserted)for(let cell of item.cells)vma.addresses.add(cell.address);vma.start=Math.min(vma.start,item.
start),this.vmas.set(item.id,vma)}meetLock(item){let lock=this.locks.get(item.id)??{...item,used:!1,
waited:!1};lock.used||=item.owners.length>0||item.waiters.length>0,lock.waited||=item.waiters.length>
0,this.locks.set(item.id,lock)}},Run=class{constructor(doc){if(doc.format!==2)throw new Error(`this \
run was recorded in format ${doc.format}, and this stepper reads 2: run the cell again, or export th\
e page again`);this.doc=doc,this.world=new World(doc),this.steps=[],this.path=[...doc.run??[]],this.
at=Math.min(doc.at??0,this.path.length),this.orders=[]}get driving(){return!!this.doc.drive}did(place){
let step=this.doc.steps[place];return this.steps[place]??={...this.doc.pool[step.did],to:step.to},this.
steps[place]}stepAt(position){return position?this.did(this.path[position-1]):null}get step(){return this.
stepAt(this.at)}stateAt(position){return this.doc.states[this.stepAt(position)?.to??0]}get state(){return this.
stateAt(this.at)}view(cpu,position=this.at){return this.doc.pool[this.stateAt(position).views[cpu]]}picture(position=this.
at){let plain=this.stateAt(position).picture;if(!plain)return null;let full=Object.entries(plain).map(
([section,places])=>[section,places.map(place=>this.doc.pool[place])]);return Object.fromEntries(full)}able(cpu){
let view=this.view(cpu);return!!view.next&&!view.waits}preempts(position){if(position<2)return!1;let before=this.
did(this.path[position-2]).cpu,view=this.view(before,position-1);return this.did(this.path[position-
1]).cpu!==before&&!!view.next&&!view.waits}preemption(direction){for(let i=this.at+direction;i>0&&i<=
this.path.length;i+=direction)if(this.preempts(i))return i;return direction<0?0:this.path.length}keep(path){
let lost=path.findIndex(place=>!this.doc.steps[place]),kept=lost<0?path:path.slice(0,lost);return!this.
driving||String(kept)===String(this.path)?!1:(this.path=[...kept],this.orders=[],!0)}turn(step){return this.
path[this.at]===step?!1:(this.path.length=this.at,this.orders.length=Math.min(this.orders.length,this.
at+1),this.path.push(step),!0)}add(more,cpu){let{doc,state,world}=this;doc.pool.push(...more.pool),doc.
states.push(...more.states),doc.steps.push(...more.steps),doc.functions.push(...more.functions),state.
moves??={},state.moves[cpu]=more.step;let size=world.size;return world.grow(),size!==world.size}get schedule(){
return this.path.slice(0,this.at).map(place=>this.did(place).cpu)}get wrong(){return this.path.flatMap(
(place,i)=>this.did(place).findings.length?[i]:[])}console(position=this.at){let lines=[];for(let i of this.
wrong.filter(place=>place<position)){let{cpu,findings}=this.did(this.path[i]);for(let[kind,message]of findings){
let said=kind==="BUG"?message:`${kind}: ${message}`;lines.push(`[${String(i+1).padStart(5)}] CPU ${this.
doc.cpus[cpu]}: ${said}`)}}let end=position===this.path.length?this.doc.verdict:null,verdict=this.driving?
this.stateAt(position).end:end;return verdict?.outcome==="fails"&&!lines.some(line=>line.includes(verdict.
message))&&lines.push(`[  end] ${verdict.kind}: ${verdict.message}`),lines}gone(id){for(let i=0;i<this.
at;i++)if((this.stateAt(i).picture?.vmas??[]).some(place=>this.doc.pool[place].id===id))return!0;return!1}get order(){
let known=this.at;for(;known>0&&!this.orders[known];)known--;let order=this.orders[known]??[...this.
world.vmas.keys()];for(let i=this.orders[known]?known+1:known;i<=this.at;i++){let picture=this.picture(
i);picture&&(order=ordered(order,picture,this.doc.walked)),this.orders[i]=order}return order}get variables(){
let values=new Map,locks=new Map,steps=this.path.map(place=>this.did(place));for(let{reads={},writes={},
taken=[]}of steps){for(let name of[...Object.keys(reads),...Object.keys(writes)])values.set(name,"?");
for(let name of taken)locks.set(name,null)}for(let{reads={},writes={}}of steps.toReversed()){for(let[
name,value]of Object.entries(reads))values.set(name,value);for(let[name,[old]]of Object.entries(writes))
values.set(name,old)}for(let{cpu,writes={},taken=[],dropped=[]}of steps.slice(0,this.at)){for(let[name,
[,value]]of Object.entries(writes))values.set(name,value);for(let name of taken)locks.set(name,cpu);
for(let name of dropped)locks.set(name,null)}return{values,locks}}};function ordered(order,picture,walked){
let vmas=new Map(picture.avcs.map(avc=>[avc.id,avc.vma])),families=picture.anon_vmas.toSorted((a,b)=>+(b.
id===walked)-+(a.id===walked)||b.list.length-a.list.length),known=new Set(order);for(let family of families.
toReversed()){let listed=family.list.flatMap(avc=>vmas.get(avc)??[]).filter(id=>known.has(id));order=
reorder(order,listed)}return order}function reorder(order,listed){let members=new Set(listed),queue=[
...listed];return order.map(id=>members.has(id)?queue.shift()??id:id)}function bind(model,make){let waiting=new Map,asked=0,ask=(path,cpu)=>new Promise(resolve=>{asked+=1,
waiting.set(asked,resolve);let have=Object.fromEntries(PARTS.map(part=>[part,view.doc[part].length]));
model.send({ask:asked,path,cpu,have})}),moved=(at,path)=>{model.set("path",[...path]),model.set("at",
at),model.save_changes()},copy=()=>structuredClone(model.get("doc")),view=make(copy(),{ask,moved}),resume=()=>view.
resume(model.get("path"),model.get("at")),changed=()=>view.load(copy()),answered=more=>{waiting.get(
more.answer)?.(more),waiting.delete(more.answer)};return model.on("msg:custom",answered),model.on("c\
hange:doc",changed),model.on("change:at change:path",resume),resume(),()=>{view.close(),model.off("m\
sg:custom",answered),model.off("change:doc",changed),model.off("change:at change:path",resume)}}var Choices=class{constructor(stepper){this.stepper=stepper,this.buttons=stepper.doc.cpus.map((_,cpu)=>h(
"button",{type:"button",onclick:()=>stepper.choose(cpu)})),this.hint=h("button",{type:"button",class:"\
hint",onclick:()=>stepper.hint()},"Hint (h)");let ask=h("span",{class:"ask"},"Who goes next?"),label={
role:"group","aria-label":"Who goes next?"};this.root=h("div",{class:"choices",...label},ask,...this.
buttons,this.hint)}draw(){let{run,doc,hinted}=this.stepper,{hint}=run.state;for(let[cpu,button]of this.
buttons.entries()){let{next,waits}=run.view(cpu);setAble(button,run.able(cpu)),button.classList.toggle(
"hinted",hinted&&hint===cpu);let what=next?waits?`waits: ${waits}`:next:"has ended";button.replaceChildren(
badge(doc,cpu),h("strong",{},doc.cpus[cpu]),h("span",{},what))}setAble(this.hint,hint!=null&&!hinted)}focus(){
let{hint}=this.stepper.run.state;hint!=null&&this.buttons[hint].focus()}};var LOSING={page:["lose the page","the page is lost"],other:["make it fail","it fails"]},News=class{constructor(stepper){
this.stepper=stepper,this.number=h("span",{class:"number"}),this.said=h("p",{class:"said","aria-live":"\
polite","aria-atomic":"true"}),this.changes=h("p",{class:"changes"}),this.preempts=h("span",{class:"\
preempts"});let words=h("div",{class:"words"},this.said,this.changes);this.root=h("div",{class:"news"},
this.number,words,this.preempts),this.verdict=h("p",{class:"verdict"}),stepper.driving&&this.verdict.
setAttribute("role","status");let label={role:"log",tabindex:"0","aria-label":"console"};this.console=
h("pre",{class:"console",...label});let quiet=!stepper.driving&&stepper.doc.verdict?.outcome!=="fail\
s";this.console.hidden=quiet}draw(){let{run,doc,driving}=this.stepper,{step,at}=run;this.number.textContent=
driving?`step ${at}`:`${at} / ${run.path.length}`;let before=driving?"Nobody has gone yet. Who goes \
first?":"Before the first step.",fatal=doc.decisive&&at===doc.decisive&&!driving;this.said.replaceChildren(
...step?[badge(doc,step.cpu)," "]:[],step?step.sentence:before,...fatal?[" ",h("strong",{class:"fata\
l"},"From here on it is inevitable.")]:[]);let changes=step?.changes.map(change=>h("span",{class:"ch\
ange"},change))??[];this.changes.replaceChildren(...changes.length?changes:[step?"nothing changes":"\
 "]),this.preempts.replaceChildren(...run.preempts(at)?[h("span",{},"preemption")]:[]);let lines=run.
console();this.console.classList.toggle("quiet",!lines.length),this.console.textContent=lines.join(`\

`)||"console: quiet";let[kind,text]=driving?this.standing():ended(doc.verdict);this.verdict.className=
`verdict ${kind}`,this.verdict.textContent=text}standing(){let{state,doc}=this.stepper.run,[lose,lost]=doc.
states[0].picture?LOSING.page:LOSING.other;return state.end?state.end.outcome==="fails"?["fails",`✗ ${lost}\
: you did it`]:["holds","✓ the end: nothing went wrong"]:{can:["open",`⚠ you can still ${lose}`],
lost:["fails",`✗ now ${lost}, whatever happens`],safe:["holds","✓ now it is safe whatever happens"],
unknown:["open","? not known: too much may still happen"]}[state.outlook??"unknown"]}};function ended(verdict){
return verdict?.outcome==="fails"?["fails",`✗ ${verdict.words||`fails: ${verdict.kind}`}`]:verdict?.
outcome==="holds"?["holds","✓ holds"]:["open","… not at its end"]}var Panes=class{constructor(stepper){this.panes=stepper.doc.cpus.map((_,cpu)=>new Pane(stepper,cpu));
let cpus=Math.min(3,this.panes.length),boxes=this.panes.map(pane=>pane.root);this.root=h("div",{class:"\
panes",style:{"--cpus":cpus}},...boxes),this.others=h("div",{class:"others"},...this.panes.map(pane=>pane.
line))}draw(){for(let pane of this.panes)pane.draw()}show(){for(let pane of this.panes)pane.show()}},
Pane=class{constructor(stepper,cpu){this.stepper=stepper,this.cpu=cpu,this.name=stepper.doc.cpus[cpu],
this.shown=null,this.last=[-1,0],this.callers=h("span",{class:"callers","aria-hidden":"true"}),this.
frames=h("select",{"aria-label":`Stack of ${this.name}`,onchange:()=>this.pick()}),this.locals=h("p",
{class:"locals"});let source={tabindex:"0",role:"region","aria-label":`Source of ${this.name}`};this.
code=h("div",{class:"code",...source}),this.next=h("p",{class:"next"}),this.line=h("p",{class:"other"});
let name=h("strong",{},this.name),who=h("div",{class:"who"},badge(stepper.doc,cpu),name,this.callers,
this.frames),label={"aria-label":`CPU ${this.name}`};this.root=h("section",{class:"pane",...label},who,
this.code,this.locals,this.next)}pick(){this.stepper.frames[this.cpu]=this.frames.selectedIndex,this.
draw()}draw(){let{stepper,cpu}=this,{run,doc}=stepper,view=run.view(cpu),acted=run.step?.cpu===cpu?run.
step:null,chosen=Math.min(stepper.frames[cpu]??view.shown,view.stack.length-1);this.last=view.stack[chosen]??
acted?.place??this.last;let[shown,line]=this.last,looked=stepper.shownCpu===cpu;this.root.className=
classes("pane",acted&&"acting",looked&&"looked",!view.next&&"ended"),this.drawStack(view.stack,chosen),
this.drawSource(shown),this.mark(shown,view.stack.length&&view.next?line:0,acted?.place??null),this.
show();let values=view.locals??[];this.locals.hidden=!values.length||chosen!==view.shown,this.locals.
replaceChildren(...values.map(([name,value])=>h("span",{},h("b",{},name),` ${value}`))),this.next.replaceChildren(
...todo(view)),this.next.classList.toggle("waits",!!view.waits),this.line.hidden=looked;let text=(doc.
functions[shown]?.lines[line-1]??"").trim();this.line.replaceChildren(badge(doc,cpu),h("strong",{},this.
name),h("code",{},view.next?`${line}  ${text}`:""),h("span",{},...todo(view)))}drawStack(stack,chosen){
let{functions}=this.stepper.doc,names=stack.map(([index])=>functions[index].name.replace(/\.__anext__$/,
""));this.callers.textContent=names.slice(0,Math.max(0,chosen)).map(name=>`${name} › `).join(""),this.
frames.hidden=!names.length,(!(names.length===this.frames.length)||names.some((name,i)=>name!==this.
frames.options[i].text))&&this.frames.replaceChildren(...names.map(name=>h("option",{},name))),this.
frames.selectedIndex=chosen,this.frames.title=stack[chosen]?functions[stack[chosen][0]].file:""}drawSource(shown){
let source=this.stepper.doc.functions[shown];!source||this.shown===shown||(this.code.replaceChildren(
...source.lines.map((text,i)=>codeLine(text,i+1,source))),this.code.scrollTop=0,this.shown=shown)}mark(shown,line,done){
let rows=this.code.children,row=number=>rows[Math.min(number,rows.length)-1];for(let old of this.code.
querySelectorAll(".now, .done"))old.classList.remove("now","done"),old.removeAttribute("aria-current");
done?.[0]===shown&&row(done[1])?.classList.add("done"),line&&(row(line)?.classList.add("now"),row(line)?.
setAttribute("aria-current","step"))}show(){let{code}=this,aim=code.querySelector(".now")??code.querySelector(
".done"),room=code.clientHeight;if(!(aim instanceof HTMLElement)||!room)return;let top=aim.offsetTop,
sticky=code.firstElementChild?.clientHeight??0;(top<code.scrollTop+sticky*2||top+aim.offsetHeight*2>
code.scrollTop+room)&&(code.scrollTop=Math.max(0,top-room/2))}};function todo(view){return view.next?
view.waits?[h("b",{},"waits: "),view.waits,` (to ${view.next})`]:[h("b",{},"next: "),view.next]:["ha\
s ended"]}function codeLine(text,number,source){let[first,last]=source.doc,doc=source.doc.length>0&&
number>=first&&number<=last,kind=classes("line",doc&&"doc",doc&&number>first&&"more",number===1&&"fi\
rst"),indent={"--indent":text.length-text.trimStart().length};return h("div",{class:kind},h("span",{
class:"no","aria-hidden":"true"},String(number)),h("code",{style:indent},text.trim()||" "))}var CELLS=10,Grid=class{constructor(stepper){this.stepper=stepper,this.run=stepper.run,this.world=stepper.
run.world,this.columns=[...this.world.families.keys()],this.strip=h("div",{class:"strip"}),this.heads=
h("div",{class:"heads"}),this.ends=h("div",{class:"ends"}),this.carry=h("span",{class:"carry"}),this.
rows=new Map;for(let[id,vma]of this.world.vmas)this.rows.set(id,rowOf(id,vma));let rows=[...this.rows.
values()],threads=this.columns.map((_,i)=>h("span",{class:"thread",style:{"--column":i+1}})),several=this.
world.mms.size>1;this.body=h("div",{class:classes("rows",several&&"families")},...threads,...rows.map(
row=>row.box),this.ends,this.carry);let wide=Math.max(1,...rows.map(row=>row.wide)),kind=classes("gr\
id",this.columns.length===1&&"single");this.root=h("div",{class:kind,tabindex:"0",role:"region","ari\
a-label":"vmas, ptes and lists",style:{"--columns":this.columns.length,"--wide":wide}},this.strip,this.
heads,this.body),this.order=[],this.carried=null,this.walkers=[]}draw(picture){let now=nowOf(picture,
this.run);this.order=this.run.order;let[move]=picture.moves,mover=move?this.run.view(this.run.doc.cpus.
indexOf(move.cpu)):null;this.carried=move&&{from:this.rows.get(move.source),to:this.rows.get(move.destination),
hand:mover?.hand??""},this.walkers=picture.cursors.map(cursor=>now.avcs.get(cursor.avc??"")?.vma),this.
drawStrip(now),this.heads.replaceChildren(...this.columns.map((id,i)=>this.head(id,i+1,now)));for(let row of this.
rows.values())this.drawRow(row,now);this.ends.replaceChildren(...this.columns.map((id,i)=>h("span",{
class:"end",style:{"--column":i+1}},...picture.cursors.filter(cursor=>cursor.anon_vma===id&&cursor.avc==
null).map(cursor=>this.cursor(cursor))))),this.place()}cursor(cursor){return h("span",{class:"cursor"},
badge(this.run.doc,cursor.cpu),h("span",{},"walk"))}place(){if(!this.order.length)return;let{line,gap,
end}=this.stepper.measures,top=0;for(let id of this.order){let row=this.rows.get(id);if(!row)continue;
let height=row.lines*line;row.box.style.height=`${height}px`,row.box.style.transform=`translateY(${top}\
px)`,row.middle=top+height/2,top+=height+gap}this.placeCarry(top),this.ends.style.transform=`transla\
teY(${top}px)`,this.body.style.height=`${top+(this.columns.length?end:0)}px`}placeCarry(bottom){let{
from,to,hand}=this.carried??{};if(this.carry.hidden=!from||!to,!from||!to)return;let up=to.middle<from.
middle,way=up?"up":"down";this.carry.className=`carry ${way}`,this.carry.style.top=`${Math.min(from.
middle,to.middle)}px`,this.carry.style.height=`${Math.abs(from.middle-to.middle)}px`;let walks=this.
walkers.map(id=>this.rows.get(id??"")?.middle??bottom),passes=up&&walks.some(at=>at>to.middle&&at<=from.
middle),words=this.columns.length>1||this.stepper.isHall?[way]:[`goes ${way}`,passes?"past the walk":
""];this.carry.replaceChildren(h("span",{},...words.map(text=>h("b",{},text))),hand?h("i",{class:"ha\
nd",title:"in the hand: in no slot"},hand):"")}lock(now,id,label){let lock=now.locks.get(id),{owners=[],
waiters=[]}=lock??{},held=owners.length>0,waits=waiters.length?`, ${waiters.join(", ")} waits`:"",words=lock?
(held?`held by ${owners.join(", ")}`:"free")+waits:"is gone",kind=classes("lock",held&&"held",now.changed.
has(id)&&"changed",!lock&&"gone"),{doc}=this.run;return h("span",{class:kind,title:`${lock?.label??label}\
: ${words}`},h("span",{class:"label"},label),...held?owners.map(owner=>badge(doc,owner)):[h("span",{
class:"free"},lock?"free":"–")],waiters.length>0&&h("span",{class:"waiters"},"◂",h("span",{class:"\
word"},"waits"),...waiters.map(cpu=>badge(doc,cpu))),h("span",{class:"hidden"},` ${words}`))}drawStrip(now){
let locks=[...this.world.locks.values()].filter(({used,kind})=>used&&(kind==="mmap_sem"||kind==="pag\
e_table_lock")),pages=[...this.world.pages.values()].filter(page=>page.busy),waited=pages.some(page=>this.
world.locks.get(page.id)?.waited);this.strip.classList.toggle("waited",waited),this.strip.replaceChildren(
...locks.map(lock=>this.lock(now,lock.id,lock.name)),...pages.map(page=>this.page(page,now)))}page(page,now){
let here=now.pages.get(page.id),{doc}=this.run,kind=classes("pageframe",!here&&"gone",now.changed.has(
page.id)&&"changed"),waiters=now.locks.get(page.id)?.waiters??[];return h("span",{class:kind},h("spa\
n",{class:"label"},`page ${frame(page.pfn)}`),h("span",{},here?`maps ${here.mapcount} · refs ${here.
count}`:"free"),here?.locked&&h("span",{class:"waiters"},"locked",badge(doc,here.locked)),...waiters.
map(cpu=>h("span",{class:"waiters"},"◂ waits",badge(doc,cpu))))}head(id,column,now){let family=now.
families.get(id),known=this.world.families.get(id)??family,mutex=[...this.world.locks.values()].find(
lock=>lock.kind==="mutex"&&lock.guards===id),root=this.world.families.get(known?.root??"")?.name??"?",
kind=classes("family",!family&&"gone",now.changed.has(id)&&"changed");return h("span",{class:kind,style:{
"--column":column}},h("span",{class:"name"},h("strong",{},known?.name),family?.root===id?" root":""),
mutex?this.lock(now,mutex.id,"mutex"):h("span",{class:"rootless"},`root ${root}`))}drawRow(row,now){
let{id,addresses}=row,vma=now.vmas.get(id),known=this.world.vmas.get(id),role=now.roles[id],there=vma?.
inserted?vma.cells:[],cells=new Map(there.map(cell=>[cell.address,cell])),locks=[...new Set(there.map(
cell=>cell.table??""))].flatMap(table2=>now.tables.get(table2)?.lock??[]),mm=this.world.mms.size>1?`${this.
world.mms.get(known?.mm??"")?.name}: `:"",kind=classes("row",role,!vma?.inserted&&"gone",now.changed.
has(id)&&"changed");row.box.className=kind;let knots=this.columns.map((family,i)=>this.knot(row,family,
i+1,now)),first=knots.findIndex(Boolean);row.box.replaceChildren(h("span",{class:"card"},h("span",{class:"\
letter"},mm,h("strong",{},vma?.name??known?.name)),h("span",{class:"role"},role??""),this.bounds(id,
vma,now),h("span",{class:"cells"},...addresses.map(address=>cellOf(cells.get(address),address,id,now))),
h("span",{class:"ptls"},...locks.map(lock=>this.lock(now,lock,"ptl")))),first<0?"":h("span",{class:"\
link",style:{"--column":first+1}}),...knots.filter(knot=>knot!==null))}bounds(id,vma,now){let absent=vma?
"not mapped":this.run.gone(id)?"gone":"not yet",kind=classes("bounds",now.changed.has(`${id} bounds`)&&
"changed"),more=vma?`pgoff ${vma.pgoff.toString(16)} ${vma.perms}`:"";return h("span",{class:kind},vma?.
inserted?span(vma):absent,h("small",{},more))}knot(row,id,column,now){let family=now.families.get(id),
list=family?.list??[],place=list.findIndex(avc2=>now.avcs.get(avc2)?.vma===row.id),loose=[...now.avcs.
values()].find(avc2=>avc2.vma===row.id&&avc2.anon_vma===id),avc=list[place]??(now.vmas.has(row.id)?loose?.
id:null);if(!avc)return null;let on=place>=0,kind=classes("knot",!on&&"loose",now.changed.has(avc)&&
"changed"),title=`avc of ${now.vmas.get(row.id)?.name} in ${family?.name}`,here=now.picture.cursors.
filter(cursor=>cursor.avc===avc);return h("span",{class:classes("crossing",here.length>0&&"walked"),
style:{"--column":column}},h("span",{class:kind,title},on?String(place+1):"–"),...here.map(cursor=>this.
cursor(cursor)))}};function rowOf(id,vma){let addresses=[...vma.addresses].sort((a,b)=>a-b),lines=Math.
ceil(addresses.length/CELLS)||1,wide=Math.ceil(addresses.length/lines)||1;return{id,addresses,wide,lines,
box:h("div",{class:"row"}),middle:0}}function nowOf(picture,run){let by=items=>new Map(items.map(item=>[
item.id,item]));return{vmas:by(picture.vmas),avcs:by(picture.avcs),families:by(picture.anon_vmas),locks:by(
picture.locks),pages:by(picture.pages),tables:by(picture.tables),picture,roles:rolesIn(picture,run.doc),
changed:new Set(run.step?.ids??[])}}function rolesIn(picture,doc){if(!picture.moves.length)return doc.
roles;let roles={};for(let move of picture.moves)roles[move.source]="source",roles[move.destination]=
"destination";return roles}function cellOf(cell,address,vma,now){let label=h("small",{},hex(address));
if(!cell)return h("span",{class:"cell outside"},label,h("span",{}," "));let page=now.pages.get(cell.
page??""),stale=cell.kind==="migration"&&!page?.locked,family=now.families.get(page?.mapping??"")?.name??
"",name=frame(cell.pfn),[text,kind,words]={none:["none","","none"],zero:["zero","","zero page"],present:[
name+(cell.write?"":" r"),family,`page ${name}, of anon_vma ${family}`],migration:[stale?`✗${name}`:
name,"mig",`migration entry for page ${name}`]}[cell.kind],changed=now.changed.has(`${vma} ${address}`)&&
"changed",more=stale?", which is unlocked":cell.kind==="present"&&!cell.write?", read-only":"";return h(
"span",{class:classes("cell",cell.kind,stale&&"stale",changed),title:`pte ${hex(address)}: ${words}${more}`},
label,h("span",{},text,kind&&h("em",{},` ${kind}`)))}function stateTable(run,picture){let roles=rolesIn(picture,run.doc),vmas=new Map(picture.avcs.map(avc=>[
avc.id,avc.vma])),lists=vma=>picture.anon_vmas.map(family=>[family.name,family.list.findIndex(avc=>vmas.
get(avc)===vma.id)+1]).filter(([,place])=>place).map(([name,place])=>`${name}, place ${place}`).join(
"; "),walks=vma=>picture.cursors.filter(cursor=>cursor.avc&&vmas.get(cursor.avc)===vma.id).map(cursor=>cursor.
cpu).join(", "),locks=picture.locks.filter(lock=>run.world.locks.get(lock.id)?.used);return h("div",
{},table(["vma","role","pages","pgoff","ptes","lists","walk stands here"],picture.vmas.map(vma=>[vma.
name,roles[vma.id]??"–",span(vma),vma.pgoff.toString(16),vma.cells.map(inWords).join(", "),lists(vma)||
"–",walks(vma)||"–"])),table(["page","mapped","references","locked by"],picture.pages.map(page=>[
frame(page.pfn),String(page.mapcount),String(page.count),page.locked??"nobody"])),table(["lock","hel\
d by","waiting"],locks.map(lock=>[lock.label??lock.name,lock.owners.join(", ")||"nobody",lock.waiters.
join(", ")||"nobody"])))}function inWords(cell){let what={none:"none",zero:"zero page",present:`page\
 ${frame(cell.pfn)}`,migration:`migration entry for page ${frame(cell.pfn)}`}[cell.kind];return`${hex(
cell.address)}: ${what}`}function table(head,rows){let names=head.map(name=>h("th",{scope:"col"},name)),
lines=rows.map(([first,...rest])=>h("tr",{},h("th",{scope:"row"},first),...rest.map(text=>h("td",{},
text))));return h("table",{},h("thead",{},h("tr",{},...names)),h("tbody",{},...lines))}var StateView=class{grid;table;values;constructor(stepper){this.stepper=stepper,this.tabular=!1,this.
root=h("div",{class:"state"}),this.build()}build(){let plain=!this.stepper.doc.states[0].picture,label={
role:"region","aria-label":"The state as a table"};this.table=h("div",{class:"table",tabindex:"0",...label,
hidden:!0}),this.grid=plain?null:new Grid(this.stepper),this.values=h("div",{class:"strip",hidden:!plain}),
this.root.replaceChildren(this.grid?.root??this.values,this.table),this.root.classList.toggle("plain",
plain)}draw(){let{run}=this.stepper,picture=run.picture();if(!picture||!this.grid)return this.drawValues();
this.grid.root.hidden=this.tabular,this.table.hidden=!this.tabular,this.tabular&&this.table.replaceChildren(
stateTable(run,picture)),this.grid.draw(picture)}place(){this.grid?.place()}drawValues(){let{run,doc}=this.
stepper,changed=new Set(run.step?.ids??[]),{values,locks}=run.variables,label=name=>h("span",{class:"\
label"},name),kind=(kind2,name)=>classes(kind2,changed.has(name)&&"changed"),free=()=>h("span",{class:"\
free"},"free");this.values.replaceChildren(...[...values].map(([name,value])=>h("span",{class:kind("\
variable",name)},label(name),h("code",{},value))),...[...locks].map(([name,cpu])=>{let lock=cpu==null?
"lock":"lock held",owner=cpu==null?free():badge(doc,cpu);return h("span",{class:kind(lock,name)},label(
name),owner)}))}};var ROOM=40,Timeline=class{columns=ROOM;drawn=0;ticks=[];track;scroll;constructor(stepper){this.stepper=
stepper,this.root=h("div",{class:"timeline"}),this.marker=h("span",{class:"marker"}),this.build()}build(){
let{run,doc}=this.stepper,lanes={"--lanes":doc.cpus.length};this.columns=Math.max(run.path.length,doc.
drive?doc.drive.longest??ROOM:1),this.drawn=0,this.ticks=run.path.map((place,i)=>tick(run.did(place),
i));let breaks=run.path.flatMap((_,i)=>run.preempts(i+1)?[preemption(i)]:[]),whole={"grid-row":`2 / \
span ${doc.cpus.length}`};this.track=h("div",{class:"track",role:"slider",tabindex:"0","aria-label":"\
Step","aria-valuemin":0,"aria-valuemax":run.path.length,style:{"--steps":this.columns,...lanes},onpointerdown:event=>{
this.pointed(event),this.track.setPointerCapture(event.pointerId)},onpointermove:event=>{event.buttons&&
this.pointed(event)}},h("span",{class:"start",style:whole}),...breaks,...this.ticks,doc.decisive?decisive(
doc.decisive):null,this.marker),this.scroll=h("div",{class:"scroll"},this.track);let names=doc.cpus.
map((name,cpu)=>h("span",{class:"lane",style:{"grid-row":cpu+2}},badge(doc,cpu),h("span",{},name))),
quiet={"aria-hidden":"true",style:lanes};this.root.replaceChildren(h("div",{class:"lanes",...quiet},
...names),this.scroll)}pointed(event){let box=this.track.getBoundingClientRect();this.stepper.play(!1),
this.stepper.go(Math.ceil((event.clientX-box.left)/box.width*this.columns))}draw(){let{at,step}=this.
stepper.run;for(let i=Math.max(0,Math.min(this.drawn,at)-1);i<Math.max(this.drawn,at);i++)this.ticks[i]?.
classList.toggle("past",i<at),this.ticks[i]?.classList.toggle("current",i===at-1);this.drawn=at,this.
marker.style.gridColumn=String(Math.max(1,at)),this.marker.classList.toggle("before",at===0),this.marker.
textContent=String(at),this.track.setAttribute("aria-valuenow",String(at));let said=step?`${at}: ${step.
sentence}`:"before the first step";this.track.setAttribute("aria-valuetext",said);let{scroll}=this,x=at/
this.columns*this.track.scrollWidth;(x<scroll.scrollLeft+40||x>scroll.scrollLeft+scroll.clientWidth-
40)&&(scroll.scrollLeft=x-scroll.clientWidth/2)}};function tick(step,i){let wrong=step.findings.length>
0,place={"grid-column":i+1,"grid-row":step.cpu+2},said=`${i+1}: ${step.sentence}`,kind=classes("tick",
wrong&&"wrong");return h("span",{class:kind,title:said,style:place},wrong?"✗":"")}var preemption=i=>h(
"span",{class:"break",title:"preemption",style:{"grid-column":i+1}}),decisive=step=>h("span",{class:"\
decisive",title:"from here on the failure is inevitable",style:{"grid-column":step}},"✗");var Tools=class{constructor(stepper,tools){this.buttons={};let buttons=tools.map(([name,text,key,what,
act])=>{let label=key?`${what} (${key})`:what,button={type:"button","aria-label":label,title:label,onclick:act};
return this.buttons[name]=h("button",button,text),this.buttons[name]}),keys=keysOf(stepper.driving).
map(([key,what])=>h("div",{},h("dt",{},key),h("dd",{},what))),note="Δ changed in this step · dashed \
line: preemption, the CPU before could have gone on · mig: migration entry · ◂ waits",group={class:"\
tools",role:"group","aria-label":"More"};this.root=h("div",{class:"more",hidden:!0},h("div",group,...buttons),
h("dl",{},...keys),h("p",{},note));let say="More: views, sizes, keys (?)";this.opener=h("button",{type:"\
button",class:"opener","aria-label":say,title:say,"aria-expanded":"false",onclick:()=>this.toggle()},
"more")}toggle(open=this.root.hidden){this.root.hidden=!open,this.opener.setAttribute("aria-expanded",
String(open))}press(name,on){this.buttons[name]?.setAttribute("aria-pressed",String(on))}};function keysOf(driving){
return[["→ ←",driving?"the same CPU again, or redo; a step back":"a step on, a step back"],["↑ ↓",
"to the previous or next preemption"],["Home End","to the start, to the end"],...driving?[["1 … 9",
"this CPU goes next"],["h","a hint"]]:[["space","play, pause"],["1 … 9","look at this CPU"]],["?",
"this"],["Esc","give the keys back"]]}var stepper_default=`:host{display:block}*{box-sizing:border-box}.stepper{--fs: 14px;--code: 13px;--\
small: 11px;--line: 46;--gap: 6;--end: 30;--col: 104px;--tick: 16px;--carry: 34px;--chip-width: 240p\
x;--cell: 30px;--card: 340px;--bg: var(--jp-layout-color1, #ffffff);--ink: var(--jp-content-font-col\
or0, #111111);--quiet: #555555;--rule: #c9c9c9;--sunk: #f4f4f2;--now: #e2e2de;--chip: #ffffff;--good\
: #00694d;--bad: #9c3d00;--ring: #009e73;--thread: #0072b2;--source: #e69f00;--destination: #56b4e9;\
--migration: #f0e442;--present: #e6e6e6;--cursor: #cc79a7;--lost: #d55e00;--focus: #0072b2;font:var(\
--fs) / 1.35 "Helvetica Neue",Helvetica,Arial,"DejaVu Sans",sans-serif;color:var(--ink);background:v\
ar(--bg);position:relative;display:flex;flex-direction:column;gap:8px;padding:8px 12px;border:1px so\
lid var(--rule);border-radius:6px;height:clamp(560px,82vh,900px);container-type:inline-size;text-ali\
gn:left}.stepper[data-theme=dark]{--bg: var(--jp-layout-color1, #111111);--ink: var(--jp-content-fon\
t-color0, #f2f2f2);--quiet: #b9b9b9;--rule: #555555;--sunk: #1e1e1e;--now: #3a3a3a;--chip: #1a1a1a;-\
-good: #5fd0ac;--bad: #ff9d5c;--ring: #35c79c;--thread: #56b4e9;--focus: #56b4e9}.stepper.page{heigh\
t:100vh;min-height:540px;border:0;border-radius:0}.stepper:focus-visible,button:focus-visible,[tabin\
dex]:focus-visible{outline:3px solid var(--focus);outline-offset:1px}.stepper:focus:not(.page){outli\
ne:3px solid var(--focus);outline-offset:-3px}.stepper.page:focus-visible{outline-offset:-3px}p,dl,p\
re{margin:0}button{font:inherit;color:inherit;background:var(--chip);border:1px solid var(--quiet);b\
order-radius:6px;min-width:44px;min-height:44px;padding:0 8px;cursor:pointer}button:hover:not([aria-\
disabled=true]){background:var(--now)}button[aria-disabled=true]{color:var(--quiet);border-style:das\
hed;border-color:var(--rule);cursor:default}button[aria-pressed=true]{background:var(--ink);color:va\
r(--bg)}code,pre,.bounds{font-family:DejaVu Sans Mono,Menlo,Consolas,Courier New,monospace}.hidden{p\
osition:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}[hidde\
n]{display:none!important}.badge{display:inline-flex;align-items:center;justify-content:center;width\
:1.5em;height:1.5em;flex:none;background:var(--ink);color:var(--bg);font-weight:700;font-family:inhe\
rit;font-size:.93em;line-height:1;vertical-align:middle}.badge.round{border-radius:50%;background:va\
r(--bg);color:var(--ink);border:2.5px solid var(--ink)}.badge.diamond{transform:rotate(45deg) scale(\
.85)}.badge.diamond>span{transform:rotate(-45deg)}.badge.hexagon{clip-path:polygon(25% 0,75% 0,100% \
50%,75% 100%,25% 100%,0 50%)}.head{display:flex;align-items:center;gap:12px;flex:none}.title{flex:1;\
font-size:1.15em;font-weight:700;margin:0;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}\
.tools{display:flex;flex-wrap:wrap;gap:4px;margin-bottom:10px}.more{position:absolute;z-index:5;top:\
58px;right:12px;max-width:min(46em,calc(100% - 24px));max-height:calc(100% - 70px);overflow:auto;bac\
kground:var(--sunk);border:2px solid var(--ink);border-radius:6px;padding:12px 16px}.more dl{display\
:flex;flex-wrap:wrap;gap:4px 24px}.more dl div{display:flex;gap:8px}.more dt{font-weight:700}.more d\
d{margin:0}.more p{margin-top:6px;color:var(--quiet)}.verdict{font-weight:700;padding:6px 12px;borde\
r:3px solid var(--quiet);border-radius:6px;white-space:nowrap}.verdict.fails{border-color:var(--lost\
)}.verdict.holds{border-color:var(--ring)}.verdict.open{border-style:dashed}.news{display:flex;gap:1\
4px;align-items:flex-start;flex:none;height:3.2em;overflow:hidden}.number{font-weight:700;font-varia\
nt-numeric:tabular-nums;min-width:4.6em;font-size:1.25em;padding-top:1px}.words{flex:1;min-width:0}.\
said{font-size:1.15em;display:-webkit-box;-webkit-line-clamp:2;-webkit-box-orient:vertical;overflow:\
hidden}.said .badge{font-size:.8em;margin-right:2px}.fatal{color:var(--bad)}.changes{color:var(--qui\
et);overflow:hidden;text-overflow:ellipsis;white-space:nowrap}.change{margin-right:10px}.change:befo\
re{content:"\\394  ";color:var(--good);font-weight:700}.preempts span{border-left:3px dashed var(--in\
k);padding-left:6px;font-weight:700;white-space:nowrap}.panes{flex:1 1 0;min-height:150px;display:gr\
id;grid-template-columns:repeat(var(--cpus),minmax(0,1fr));gap:10px}.pane{display:flex;flex-directio\
n:column;min-height:0;min-width:0;border:2px solid var(--rule);border-radius:6px;overflow:hidden}.pa\
ne.acting{border-color:var(--ink)}.who{min-height:44px;display:flex;align-items:center;gap:8px;paddi\
ng-left:10px;flex:none}.who strong{font-size:1.1em;white-space:nowrap}.callers{flex:1 1 0;min-width:\
0;display:flex;justify-content:flex-end;overflow:hidden;white-space:nowrap;color:var(--quiet);font:c\
alc(var(--code) - 1px) "DejaVu Sans Mono",Menlo,Consolas,monospace}select{flex:0 1 auto;min-width:0;\
min-height:44px;max-width:60%;margin-right:6px;font:700 calc(var(--code) - 1px) "DejaVu Sans Mono",M\
enlo,Consolas,monospace;color:inherit;background:var(--chip);border:0;box-shadow:inset 0 -3px var(--\
ink)}.locals{flex:none;padding:3px 10px;border-top:1px solid var(--rule);overflow:hidden;text-overfl\
ow:ellipsis;white-space:nowrap;font-size:var(--code);color:var(--quiet)}.locals span{margin-right:1.\
2em}.locals b{color:var(--ink)}.line.more{display:none}.code{flex:1;overflow-y:auto;background:var(-\
-sunk);position:relative;padding:2px 0}.line{display:flex;font-size:var(--code);line-height:1.5;bord\
er-left:5px solid transparent}.line .no{position:relative;flex:none;width:3.3em;text-align:right;col\
or:var(--quiet);padding-right:.9em;font-family:DejaVu Sans Mono,Menlo,Consolas,monospace;user-select\
:none}.line code{flex:1;min-width:0;padding-left:calc((var(--indent) + 6) * 1ch);text-indent:-6ch;wh\
ite-space:pre-wrap;overflow-wrap:anywhere;padding-right:6px;font-size:1em}.line.first{position:stick\
y;top:-2px;background:var(--sunk);box-shadow:0 1px var(--rule);z-index:1}.line.doc code{color:var(--\
quiet)}.line.done{border-left:5px double var(--quiet)}.line.done .no:before{content:"\\2713";position\
:absolute;left:2px;color:var(--ink)}.line.now{background:var(--now);border-left-color:var(--ink);fon\
t-weight:700}.line.now .no{color:var(--ink)}.line.now .no:before{content:"\\25b6";position:absolute;l\
eft:2px}.next{flex:none;padding:5px 10px;min-height:2.1em;border-top:1px solid var(--rule);overflow:\
hidden;text-overflow:ellipsis;white-space:nowrap}.next.waits{border-left:5px dotted var(--ink)}.othe\
rs{display:none}.choices{display:flex;gap:8px;align-items:stretch;flex:none}.choices .ask{align-self\
:center;font-weight:700}.choices button{display:flex;align-items:center;gap:8px;flex:1 1 0;min-width\
:0;border-width:2px;border-color:var(--ink);text-align:left}.choices button[aria-disabled=true]{bord\
er-color:var(--rule)}.choices button>span:last-child{overflow:hidden;text-overflow:ellipsis;white-sp\
ace:nowrap}.choices .hint{flex:0 0 auto;border-width:1px}.choices button.hinted{outline:4px solid va\
r(--ring);outline-offset:1px}.choices button.hinted:after{content:"\\25c0  hint";font-weight:700;marg\
in-left:auto;white-space:nowrap}.pane,.code,.timeline,.news{contain:content}.grid{contain:layout sty\
le}.state{flex:0 1 auto;min-height:100px;max-height:48%;overflow:auto;padding:10px 4px 3px 2px;margi\
n-top:-6px}.grid{position:relative;max-width:calc(var(--columns) * var(--col) + var(--carry) + var(-\
-wide) * 63px + var(--card));min-width:calc(var(--columns) * var(--col) + var(--carry) + var(--wide)\
 * (var(--cell) + 3px) + var(--card))}.strip{display:grid;grid-template-columns:repeat(auto-fit,minm\
ax(var(--chip-width),1fr));gap:6px 8px;margin-right:calc(var(--columns) * var(--col));min-height:46p\
x;align-content:center;align-items:center}.heads{position:absolute;top:0;right:0}.family{position:ab\
solute;top:0;right:calc((var(--column) - 1) * var(--col));width:calc(var(--col) - 6px);height:44px;b\
order:1.5px solid var(--ink);border-radius:6px;display:flex;flex-direction:column;align-items:center\
;justify-content:center;background:var(--chip);line-height:1.2}.family .name{font-size:.95em}.family\
 .lock{padding:0;gap:3px;min-height:20px;background:none;outline:none}.family .lock,.family .lock.he\
ld{border:0}.rootless{color:var(--quiet);font-size:.85em}.lock,.pageframe,.variable{position:relativ\
e;display:inline-flex;align-items:center;gap:5px;border:1.5px dashed var(--rule);border-radius:5px;p\
adding:1px 7px;background:var(--chip);font-size:.92em;white-space:nowrap;min-height:26px}.lock.held{\
border:2px solid var(--ink)}.lock .badge,.pageframe .badge,.variable .badge{font-size:.78em}.pagefra\
me,.variable{border-style:solid}.label{font-weight:700}.lock:not(.held) .label{font-weight:400}.free\
{color:var(--quiet)}.waiters{display:inline-flex;align-items:center;gap:3px}:is(.family,.ptls) .word\
{display:none}.strip.waited{--chip-width: 320px}.strip>*{max-width:26em}.rows{position:relative;marg\
in-top:8px}.thread{position:absolute;top:-8px;bottom:6px;right:calc((var(--column) - 1) * var(--col)\
 + var(--col) / 2 + 2px);border-left:3px dashed var(--thread)}.thread:after{content:"";position:abso\
lute;bottom:-6px;left:-7.5px;border:6px solid transparent;border-top:9px solid var(--thread);border-\
bottom:0}.row{position:absolute;left:0;right:0;top:0;transition:transform .18s}.ends{position:absolu\
te;left:0;right:0;top:0;height:26px}.card{position:absolute;inset:0 calc(var(--columns) * var(--col)\
 + var(--carry)) 0 0;display:flex;align-items:center;gap:10px;border:1.5px solid var(--ink);border-r\
adius:6px;background:var(--chip);padding-right:6px;overflow:clip;overflow-clip-margin:14px}.letter{f\
lex:none;align-self:stretch;display:flex;align-items:center;justify-content:center;min-width:2.4em;p\
adding:0 8px;gap:4px;background:var(--present);color:#000;font-size:1.1em}.grid:has(.families){--car\
d: 380px}.hall .grid:has(.families){--card: 550px}.families .letter{min-width:4.9em}.source .letter{\
background:var(--source);border-right:3px double #000}.destination .letter{background:var(--destinat\
ion);border-right:3px solid #000}.role{flex:none;width:6.9em;font-weight:700}.bounds{flex:none;width\
:10.5em;line-height:1.25;font-size:.95em;white-space:nowrap}.bounds small{display:block;font-size:va\
r(--small);color:var(--quiet)}.cells{display:grid;grid-template-columns:repeat(var(--wide),minmax(va\
r(--cell),60px));gap:3px;flex:0 1 calc(var(--wide) * 63px);min-width:min-content}.cell{position:rela\
tive;display:flex;flex-direction:column;justify-content:center;text-align:center;border:1.5px solid \
#000;color:#000;line-height:1.15;height:calc(var(--line) * 1px - 8px);border-radius:3px}.cell small{\
font-size:var(--small)}.cell>span{font-weight:700;font-family:DejaVu Sans Mono,Menlo,Consolas,monosp\
ace;white-space:nowrap}em{font-style:normal;font-weight:400;font-size:max(var(--small),.86em)}.cell.\
none{background:none;border:1.5px dashed var(--quiet);color:var(--quiet)}.cell.none>span{font-weight\
:400}.cell.present{background:var(--present)}.cell.zero{background:var(--present);border-style:doubl\
e;border-width:3px}.cell.migration{background:var(--migration);border-width:3px}.cell.stale{backgrou\
nd:var(--lost);border-style:dashed}.cell.outside{border:1px dotted var(--rule);color:var(--quiet);ba\
ckground:none}.carry{position:absolute;right:calc(var(--columns) * var(--col) + var(--carry) / 2 - 4\
px);border-left:8px solid;width:0;z-index:1;pointer-events:none}.carry:before{content:"";position:ab\
solute;left:-18px;border:14px solid transparent}.carry.up{color:var(--lost)}.carry.up:before{top:-8p\
x;border-bottom:18px solid;border-top:0}.carry.down{color:var(--ring)}.carry.down:before{bottom:-8px\
;border-top:18px solid;border-bottom:0}.carry span{position:absolute;top:50%;left:-4px;transform:tra\
nslate(-50%,-50%);background:var(--bg);color:var(--ink);font-size:.85em;line-height:1.1;text-align:c\
enter;padding:0 3px}.stepper:not(.hall) .grid.single{--carry: 112px}.hall .grid{max-width:none}.carr\
y b{display:block;white-space:nowrap}.row.gone .card{border:1.5px dotted var(--quiet);color:var(--qu\
iet)}.row.gone .letter{background:none;color:inherit;border-right:1px dotted var(--quiet)}.gone{colo\
r:var(--quiet)}.family.gone,.pageframe.gone,.lock.gone{border-style:dotted;border-color:var(--quiet)\
}.link{position:absolute;top:50%;left:calc(100% - var(--columns) * var(--col) - var(--carry));right:\
calc((var(--column) - 1) * var(--col) + var(--col) / 2);border-top:2px solid var(--ink)}.crossing{po\
sition:absolute;top:calc(50% - 15px);right:calc((var(--column) - 1) * var(--col) + var(--col) / 2 - \
12px);height:30px;display:flex;align-items:center}.knot{width:30px;height:30px;border-radius:50%;bor\
der:2px solid var(--ink);background:var(--bg);display:flex;align-items:center;justify-content:center\
;font-weight:700;position:relative}.knot.loose{border-style:dashed}.cursor{position:absolute;z-index\
:1;left:32px;height:30px;padding:0 8px 0 18px;display:flex;align-items:center;gap:4px;font-weight:70\
0;white-space:nowrap;background:var(--cursor);color:#000;clip-path:polygon(14px 0,100% 0,100% 100%,1\
4px 100%,0 50%)}.cursor .badge{color:#000;background:#fff;border-color:#000}.cursor .badge.square{co\
lor:#fff;background:#000}.end .cursor{left:6px}.walked .knot{background:var(--cursor);color:#000;bor\
der-width:3px}.end{position:absolute;right:calc((var(--column) - 1) * var(--col) + var(--col) / 2 - \
22px);width:10px;height:26px}.changed{outline:3px solid var(--ring);outline-offset:1px}.row.changed{\
outline:0}.row.changed .card{outline:3px solid var(--ring)}.cell.changed:after,.bounds.changed:after\
,.lock.changed:after,.pageframe.changed:after,.knot.changed:after,.family.changed:after,.variable.ch\
anged:after{content:"\\394";position:absolute;top:-9px;right:-4px;background:var(--ring);color:#000;f\
ont:700 12px/14px sans-serif;padding:0 3px;border-radius:3px;z-index:2}.bounds{position:relative}.fa\
mily .lock.changed:after{top:-16px;right:auto;left:-4px}.table{overflow:auto}.table table{border-col\
lapse:collapse;margin-bottom:8px}th,td{border:1px solid var(--rule);padding:4px 10px;text-align:left\
}.console{flex:none;background:var(--sunk);border-left:5px solid var(--lost);padding:6px 10px;font-s\
ize:var(--code);height:3.1em;overflow:auto;white-space:pre-wrap;font-weight:700}.console.quiet{color\
:var(--quiet);border-left-color:var(--rule);font-weight:400}.foot{display:flex;align-items:center;ga\
p:12px;flex:none}.controls{display:flex;gap:4px}.timeline{flex:1;min-width:0;display:flex;gap:8px}.l\
anes{display:grid;grid-template-rows:16px repeat(var(--lanes),var(--tick));row-gap:4px}.lane{display\
:flex;align-items:center;gap:5px;font-size:.85em;white-space:nowrap}.lane .badge{font-size:.78em}.sc\
roll{flex:1;min-width:0;overflow-x:auto;scrollbar-width:thin}.track{display:grid;grid-template-colum\
ns:repeat(var(--steps),minmax(7px,1fr));grid-template-rows:16px repeat(var(--lanes),var(--tick));row\
-gap:4px;cursor:pointer;touch-action:pan-y;position:relative;min-height:48px}.tick{border:1.5px soli\
d var(--quiet);background:none;margin:0 1px;border-radius:2px;text-align:center;line-height:1;font-w\
eight:700;font-size:11px;overflow:hidden}.tick.past{background:var(--quiet);color:var(--bg)}.tick.cu\
rrent{background:var(--ink);outline:3px solid var(--ring)}.tick.wrong{border:3px solid var(--lost)}.\
break{grid-row:2 / span var(--lanes);border-left:3px dashed var(--ink);margin-left:-2px;pointer-even\
ts:none;height:calc(100% + 0px)}.start{grid-column:1}.marker{grid-row:1;font-weight:700;font-size:12\
px;line-height:15px;justify-self:center;white-space:nowrap;width:0;display:flex;justify-content:cent\
er}.marker.before{justify-self:start;justify-content:flex-start}.decisive{grid-row:1 / span calc(var\
(--lanes) + 1);border-right:3px solid var(--lost);justify-self:end;margin-right:-2px;padding-top:0;w\
idth:0;pointer-events:none;color:transparent}.stepper.hall{--fs: 20px;--code: 22px;--small: 18px;--l\
ine: 56;--gap: 5;--end: 18;--col: 150px;gap:5px;padding:5px 12px}.hall:not(.page){height:720px}.hall\
 .title,.hall .said,.hall .number,.hall .letter{font-size:20px}.hall .news{height:30px}.hall .number\
{min-width:4em}.hall .said{-webkit-line-clamp:1;line-height:28px}.hall .changes,.hall .preempts{disp\
lay:none}.hall .panes{display:flex}.hall .pane{display:none}.hall .pane.looked{display:flex;flex:1}.\
hall .others{display:block;flex:none}.hall .other{display:flex;align-items:center;gap:10px;white-spa\
ce:nowrap;overflow:hidden;min-height:32px;font-size:18px}.hall .other code{font-size:22px;overflow:h\
idden;text-overflow:ellipsis}.hall .other>span:last-child{flex:none}.hall .who{font-size:20px;min-he\
ight:34px}.hall select{min-height:34px}.hall .callers,.hall select,.hall .locals{font-size:20px}.hal\
l .line{line-height:1.3}.hall .line.first code{white-space:nowrap;overflow:hidden;text-overflow:elli\
psis}.hall.driving .next{display:none}.hall .next{font-size:20px;line-height:28px;padding:0 10px;min\
-height:29px}.stepper.hall{--cell: 44px;--card: 500px;--carry: 44px;--chip-width: 330px}.hall .strip\
.waited{--chip-width: 440px}.hall .lock,.hall .pageframe,.hall .bounds,.hall .family .name,.hall .ro\
otless,.hall .variable,.hall .lane,.hall .marker{font-size:18px}.hall .badge{font-size:18px;min-widt\
h:26px;height:26px;width:26px}.hall .bounds{width:9em;line-height:1.15}.hall .cell{line-height:1;hei\
ght:50px}.hall .cells{grid-template-columns:repeat(var(--wide),minmax(var(--cell),78px));flex-basis:\
calc(var(--wide) * 81px)}.hall .cell>span{font-size:20px}.hall .changed:after{font-size:18px!importa\
nt;line-height:18px!important}.hall .strip{min-height:44px;gap:4px 8px}.hall .family{height:50px;lin\
e-height:1}.hall .rows{margin-top:12px}.hall .console{font-size:18px;height:32px;padding:3px 10px}.h\
all .lanes,.hall .track{grid-template-rows:0 repeat(var(--lanes),22px);row-gap:3px}.hall .marker{dis\
play:none}.hall .tick{font-size:18px}.hall .state{max-height:44%}.hall button,.hall .carry span{font\
-size:18px}.hall .choices button.hinted:after{content:"\\25c0"}.stepper.deck{height:100%;border:0}.de\
ck .head{align-items:flex-start;padding-top:2px;padding-right:var(--deck-bar, 0)}.deck .opener{displ\
ay:none}.deck .title{padding-top:var(--deck-heading);font-size:18px;font-weight:400;color:var(--quie\
t)}.deck .verdict{padding:4px 10px}.deck.driving .verdict{font-size:18px}@container (max-width: 1100\
px){.hall .news{height:56px}.hall .said{-webkit-line-clamp:2;line-height:27px}.hall .choices button>\
span:last-child{white-space:normal;line-height:1.1}.choices button.hinted:after{content:"\\25c0"}}@co\
ntainer (max-width: 860px){.role{font-size:var(--small);width:6.7em}.hall .choices .ask{display:none\
}.hall .grid{--carry: 24px;--card: 460px}.title{font-size:1em}.bounds{width:8em}.card{gap:6px}}@cont\
ainer (max-width: 620px){.panes{grid-template-columns:minmax(0,1fr);overflow-y:auto}.pane{min-height\
:190px}.lane>span:not(.badge){display:none}.head,.foot{flex-wrap:wrap}.timeline{flex-basis:100%}}@me\
dia(prefers-reduced-motion:reduce){.row{transition:none}}@media(forced-colors:active){.stepper{--ink\
: CanvasText;--bg: Canvas;--rule: GrayText;--quiet: CanvasText;--chip: Canvas;--sunk: Canvas;--now: \
Highlight;--ring: Highlight}.cell,.letter,.line.now,.tick,.badge{forced-color-adjust:none}.line.now,\
.line.now .no{color:HighlightText}}@media print{.stepper{height:auto;border:0}.controls,.tools{displ\
ay:none}}
`;var PLAY_MS=800,Stepper=class{run;news;choices;state;panes;timeline;tools;root;back;player;on;looked=null;frames={};hinted=!1;asking=!1;chosen=null;playing;measured=null;constructor(host,doc,options={}){
this.host=host,this.options=options,host.dataset.lmSuppressShortcuts="true",this.shadow=host.shadowRoot??
host.attachShadow({mode:"open"});let sheet=new CSSStyleSheet;sheet.replaceSync(stepper_default),this.
shadow.adoptedStyleSheets=[sheet],this.themes=new MutationObserver(()=>this.theme());let attributeFilter=[
"data-jp-theme-light","class"];this.themes.observe(document.body,{attributes:!0,attributeFilter}),this.
sizes=new ResizeObserver(()=>this.resized()),this.load(doc)}load(doc){this.run=new Run(doc),this.looked=
null,this.frames={},this.hinted=!1,this.asking=!1,this.build(),this.draw()}get doc(){return this.run.
doc}get at(){return this.run.at}get driving(){return this.run.driving}get verdict(){return this.news.
verdict}get isHall(){return this.root.classList.contains("hall")}get shownCpu(){let{run}=this,acting=run.
step?.cpu??(run.path.length?run.did(run.path[0]).cpu:0);return this.looked??acting}go(position){let to=Math.
max(0,Math.min(this.run.path.length,position));to!==this.run.at&&(this.run.at=to,this.looked=null,this.
frames={},this.hinted=!1,this.draw(),this.options.moved?.(this.run.at,this.run.path))}resume(path,at){
this.run.keep(path)&&this.timeline.build(),this.go(at)}close(){this.play(!1),this.themes.disconnect(),
this.sizes.disconnect()}play(on=!this.playing){clearInterval(this.playing),this.playing=void 0,on&&!this.
driving&&(this.run.at===this.run.path.length&&this.go(0),this.playing=window.setInterval(()=>{this.go(
this.run.at+1),(this.run.at===this.run.path.length||!this.root.isConnected)&&this.play(!1)},PLAY_MS)),
this.player&&(this.player.textContent=this.playing?"stop":"play",this.player.setAttribute("aria-labe\
l",this.playing?"Pause (space)":"Play (space)"))}async choose(cpu){let{run}=this;if(cpu>=run.doc.cpus.
length)return;if(!this.driving){this.looked=cpu,this.frames={},this.draw();return}if(!run.able(cpu)||
this.asking)return;let{state}=run;state.moves?.[cpu]==null&&!await this.ask(cpu)||(run.turn(state.moves?.[cpu]??
0)&&this.timeline.build(),this.go(run.at+1))}async ask(cpu){if(!this.options.ask)return!1;this.asking=
!0;try{let more=await this.options.ask(this.run.schedule,cpu);return this.run.add(more,cpu)&&this.state.
build(),!0}finally{this.asking=!1}}get ahead(){let{run}=this;return this.driving&&run.step!==null&&run.
able(run.step.cpu)}forward(){let{run}=this;run.at<run.path.length?this.go(run.at+1):this.ahead&&run.
step&&this.choose(run.step.cpu)}hint(){this.driving&&(this.hinted=!0,this.draw(),this.choices?.focus())}key(event){
if(event.ctrlKey||event.metaKey||event.altKey)return;event.stopPropagation();let target=event.composedPath()[0];
if(target instanceof HTMLSelectElement&&!/^(ArrowLeft|ArrowRight|Escape)$/.test(event.key))return;let activates=event.
key===" "||event.key==="Enter";if(target instanceof HTMLButtonElement&&activates)return;let{run}=this,
actions={ArrowRight:()=>this.forward(),ArrowLeft:()=>this.go(run.at-1),ArrowUp:()=>this.go(run.preemption(
-1)),ArrowDown:()=>this.go(run.preemption(1)),Home:()=>this.go(0),End:()=>this.go(run.path.length),"\
 ":()=>this.play(),l:()=>this.hall(),h:()=>this.hint(),t:()=>this.asTable(),"?":()=>this.tools.toggle(),
Escape:()=>this.release()},action=/^[1-9]$/.test(event.key)?()=>this.choose(Number(event.key)-1):actions[event.
key];action&&(event.preventDefault(),event.key!==" "&&this.play(!1),action())}release(){this.tools.toggle(
!1),this.shadow.activeElement instanceof HTMLElement&&this.shadow.activeElement.blur(),this.host.blur(),
this.host.closest(".jp-Notebook")?.focus()}hall(on=!this.isHall){this.root.classList.toggle("hall",on),
this.tools.press("hall",on),this.measured=null,this.draw()}asTable(){this.state.grid&&(this.state.tabular=
!this.state.tabular,this.tools.press("table",this.state.tabular),this.draw())}theme(){let{classList,
dataset}=document.body,system=matchMedia("(prefers-color-scheme: dark)").matches,host=dataset.jpThemeLight?
dataset.jpThemeLight==="false":null,dark=this.chosen??host??(classList.contains("vscode-dark")||system);
this.root.dataset.theme=dark?"dark":"light",this.tools.press("theme",dark)}build(){let{doc,driving,options}=this,
hall=this.root?.classList.contains("hall");this.news=new News(this),this.choices=driving?new Choices(
this):null,this.state=new StateView(this),this.panes=new Panes(this),this.timeline=new Timeline(this),
this.tools=new Tools(this,this.toolsOf());let title=doc.title||"a recorded run",kind=["stepper",options.
page&&"page",driving&&"driving",hall&&"hall"].filter(Boolean);this.root=h("div",{class:kind.join(" "),
tabindex:"0",role:"group","data-lm-suppress-shortcuts":"true","aria-label":`Stepper: ${title}. Arrow\
 keys step, ? shows all keys.`,onkeydown:event=>this.key(event)},h("div",{class:"head"},h(options.page?
"h1":"p",{class:"title"},title),this.news.verdict,this.tools.opener),this.tools.root,this.news.root,
this.choices?.root,this.state.root,this.panes.root,this.panes.others,this.news.console,h("div",{class:"\
foot"},this.buildControls(),this.timeline.root)),this.theme(),this.shadow.replaceChildren(this.root),
this.sizes.disconnect();for(let box of[this.root,...this.panes.panes.map(pane=>pane.code)])this.sizes.
observe(box)}toolsOf(){let tools=[["home","|◀","Home","To the start",()=>this.go(0)],["end","▶|",
"End","To the end",()=>this.go(this.run.path.length)],["hall","hall","l","Layout for a hall",()=>this.
hall()]];this.state.grid&&tools.push(["table","table","t","Show as a table",()=>this.asTable()]);let dark=()=>{
this.chosen=this.root.dataset.theme!=="dark",this.theme()};return this.options.page&&tools.push(["th\
eme","dark","","Light or dark",dark]),tools}buildControls(){let button=(label,text,act)=>h("button",
{type:"button","aria-label":label,title:label,onclick:()=>{text!=="play"&&this.play(!1),act()}},text);
return this.back=button("One step back (left arrow)","◀",()=>this.go(this.run.at-1)),this.player=this.
driving?null:button("Play (space)","play",()=>this.play()),this.on=button("One step on (right arrow)",
"▶",()=>this.forward()),h("div",{class:"controls",role:"group","aria-label":"Steps"},this.back,this.
player,this.on)}get measures(){if(!this.measured){let style2=getComputedStyle(this.root),of=name=>Number.
parseFloat(style2.getPropertyValue(name));this.measured={line:of("--line"),gap:of("--gap"),end:of("-\
-end")}}return this.measured}resized(){this.measured=null,this.state.place(),this.panes.show()}draw(){
let{run}=this;this.news.draw(),this.panes.draw(),this.choices?.draw(),this.state.draw(),this.timeline.
draw(),this.back&&setAble(this.back,run.at>0),this.on&&setAble(this.on,run.at<run.path.length||this.
ahead)}};function mount(element,doc,options={}){return orSentence(element,()=>new Stepper(element,doc,options))}
function render({model,el}){let host=h("div");return el.append(host),orSentence(host,()=>bind(model,
(doc,options)=>new Stepper(host,doc,options)))}function orSentence(element,make){try{return make()}catch(error){
let why=error instanceof Error?error.message:String(error);throw element.replaceChildren(h("p",{role:"\
alert"},`This stepper cannot be drawn: ${why}.`)),error}}var index_default={render};export{Stepper,index_default as default,h,mount};
