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
at=Math.min(doc.at??0,this.path.length),this.orders=[]}get verdict(){return this.isBeside?this.doc.beside?.
verdict??null:this.doc.verdict}get decisive(){return this.driving||this.isBeside?0:this.doc.decisive??
0}get isBeside(){return this.doc.beside!==void 0&&String(this.path)===String(this.doc.beside.run)}get driving(){
return!!this.doc.drive}did(place){let step=this.doc.steps[place];return this.steps[place]??={...this.
doc.pool[step.did],to:step.to},this.steps[place]}stepAt(position){return position?this.did(this.path[position-
1]):null}get step(){return this.stepAt(this.at)}stateAt(position){return this.doc.states[this.stepAt(
position)?.to??0]}get state(){return this.stateAt(this.at)}view(cpu,position=this.at){return this.doc.
pool[this.stateAt(position).views[cpu]]}picture(position=this.at){let plain=this.stateAt(position).picture;
if(!plain)return null;let full=Object.entries(plain).map(([section,places])=>[section,places.map(place=>this.
doc.pool[place])]);return Object.fromEntries(full)}able(cpu){let view=this.view(cpu);return!!view.next&&
!view.waits}preempts(position){if(position<2)return!1;let before=this.did(this.path[position-2]).cpu,
view=this.view(before,position-1);return this.did(this.path[position-1]).cpu!==before&&!!view.next&&
!view.waits}preemption(direction){for(let i=this.at+direction;i>0&&i<=this.path.length;i+=direction)
if(this.preempts(i))return i;return direction<0?0:this.path.length}keep(path){let lost=path.findIndex(
place=>!this.doc.steps[place]),kept=lost<0?path:path.slice(0,lost),ways=[this.doc.run,this.doc.beside?.
run??[]].map(String);return String(kept)===String(this.path)||!this.driving&&!ways.includes(String(kept))?
!1:(this.path=[...kept],this.orders=[],!0)}turn(step){return this.path[this.at]===step?!1:(this.path.
length=this.at,this.orders.length=Math.min(this.orders.length,this.at+1),this.path.push(step),!0)}add(more,cpu){
let{doc,state,world}=this;doc.pool.push(...more.pool),doc.states.push(...more.states),doc.steps.push(
...more.steps),doc.functions.push(...more.functions),state.moves??={},state.moves[cpu]=more.step;let size=world.
size;return world.grow(),size!==world.size}get schedule(){return this.path.slice(0,this.at).map(place=>this.
did(place).cpu)}get wrong(){return this.path.flatMap((place,i)=>this.did(place).findings.length?[i]:
[])}console(position=this.at){let lines=[];for(let i of this.wrong.filter(place=>place<position)){let{
cpu,findings}=this.did(this.path[i]);for(let[kind,message]of findings){let said=kind==="BUG"?message:
`${kind}: ${message}`;lines.push(`[${String(i+1).padStart(5)}] CPU ${this.doc.cpus[cpu]}: ${said}`)}}
let end=position===this.path.length?this.verdict:null,verdict=this.driving?this.stateAt(position).end:
end;return verdict?.outcome==="fails"&&!lines.some(line=>line.includes(verdict.message))&&lines.push(
`[  end] ${verdict.kind}: ${verdict.message}`),lines}gone(id){for(let i=0;i<this.at;i++)if((this.stateAt(
i).picture?.vmas??[]).some(place=>this.doc.pool[place].id===id))return!0;return!1}get order(){let known=this.
at;for(;known>0&&!this.orders[known];)known--;let order=this.orders[known]??[...this.world.vmas.keys()];
for(let i=this.orders[known]?known+1:known;i<=this.at;i++){let picture=this.picture(i);picture&&(order=
ordered(order,picture,this.doc.walked)),this.orders[i]=order}return order}get variables(){let values=new Map,
locks=new Map,steps=this.path.map(place=>this.did(place));for(let{reads={},writes={},taken=[]}of steps){
for(let name of[...Object.keys(reads),...Object.keys(writes)])values.set(name,"?");for(let name of taken)
locks.set(name,null)}for(let{reads={},writes={}}of steps.toReversed()){for(let[name,value]of Object.
entries(reads))values.set(name,value);for(let[name,[old]]of Object.entries(writes))values.set(name,old)}
for(let{cpu,writes={},taken=[],dropped=[]}of steps.slice(0,this.at)){for(let[name,[,value]]of Object.
entries(writes))values.set(name,value);for(let name of taken)locks.set(name,cpu);for(let name of dropped)
locks.set(name,null)}return{values,locks}}};function ordered(order,picture,walked){let vmas=new Map(
picture.avcs.map(avc=>[avc.id,avc.vma])),families=picture.anon_vmas.toSorted((a,b)=>+(b.id===walked)-
+(a.id===walked)||b.list.length-a.list.length),known=new Set(order);for(let family of families.toReversed()){
let listed=family.list.flatMap(avc=>vmas.get(avc)??[]).filter(id=>known.has(id));order=reorder(order,
listed)}return order}function reorder(order,listed){let members=new Set(listed),queue=[...listed];return order.
map(id=>members.has(id)?queue.shift()??id:id)}function bind(model,make){let waiting=new Map,asked=0,ask=(path,cpu)=>new Promise(resolve=>{asked+=1,
waiting.set(asked,resolve);let have=Object.fromEntries(PARTS.map(part=>[part,view.doc[part].length]));
model.send({ask:asked,path,cpu,have})}),moved=(at,path)=>{model.set("path",[...path]),model.set("at",
at),model.save_changes()},copy=()=>structuredClone(model.get("doc")),view=make(copy(),{ask,moved}),resume=()=>view.
resume(model.get("path"),model.get("at")),changed=()=>view.load(copy()),answered=more=>{waiting.get(
more.answer)?.(more),waiting.delete(more.answer)};return model.on("msg:custom",answered),model.on("c\
hange:doc",changed),model.on("change:at change:path",resume),resume(),()=>{view.close(),model.off("m\
sg:custom",answered),model.off("change:doc",changed),model.off("change:at change:path",resume)}}function shortest(doc,from,target){let ways=new Map([[from,[]]]);for(let[state,way2]of ways){if(state===
target)return way2;for(let step of Object.values(doc.states[state].moves??{})){let{to}=doc.steps[step];
ways.has(to)||ways.set(to,[...way2,step])}}return null}function wayTo(run,target){for(let at=run.at;at>=
0;at--){let rest=shortest(run.doc,run.stepAt(at)?.to??0,target);if(rest)return[...run.path.slice(0,at),
...rest]}return null}var RANK=["lost","can","unknown","safe"];function byDepth(doc){let depths=new Map(
[[0,0]]),columns=[];for(let[state,depth]of depths){columns[depth]??=[],columns[depth].push(state);for(let step of Object.
values(doc.states[state].moves??{})){let{to}=doc.steps[step];depths.has(to)||depths.set(to,depth+1)}}
let rank=state=>RANK.indexOf(doc.states[state].outlook??"unknown");return columns.map(states=>states.
toSorted((a,b)=>rank(a)-rank(b)))}var WORDS={lost:"lost",can:"open",safe:"safe",unknown:"not known"},WIDE=10,HIGH=8,Chart=class{constructor(stepper){
this.stepper=stepper;let columns=byDepth(stepper.doc),tall=Math.max(...columns.map(states=>states.length));
this.boxes=new Map,this.places=new Map;let field=svg("svg",{viewBox:`0 0 ${columns.length*WIDE} ${tall*
HIGH}`,preserveAspectRatio:"none",role:"img","aria-label":this.inWords(),class:"field"});for(let[depth,
states]of columns.entries())for(let[i,state]of states.entries())field.append(this.box(state,depth,i+
Math.floor((tall-states.length)/2)));this.way=svg("polyline",{class:"way"}),this.here=svg("circle",{
class:"here",r:5}),field.append(this.way,this.here),field.addEventListener("click",event=>this.clicked(
event));let legend=h("p",{class:"legend"},...["lost","can","safe"].map(word=>h("span",{class:word},this.
count(word)))),head=h("p",{class:"caption"},"All that can happen: click a state to go there");this.root=
h("section",{class:"chart","aria-label":"All that can happen"},head,field,legend)}box(state,depth,i){
let outlook=this.stepper.doc.states[state].outlook??"unknown",box=svg("rect",{x:depth*WIDE+1,y:i*HIGH+
1,width:WIDE-2,height:HIGH-2,class:outlook,"data-state":state}),title=svg("title",{});return title.textContent=
`${WORDS[outlook]}, after ${depth} steps at least`,box.append(title),this.boxes.set(state,box),this.
places.set(state,[depth*WIDE+WIDE/2,i*HIGH+HIGH/2]),box}count(outlook){let{states}=this.stepper.doc,
some=states.filter(state=>state.outlook===outlook).length,word=WORDS[outlook];return`${some.toLocaleString(
"en")} ${word}`}inWords(){let{states}=this.stepper.doc,counts=["lost","can","safe"].map(word=>this.count(
word)).join(", ");return`${states.length.toLocaleString("en")} states by their depth: ${counts}`}clicked(event){
let state=event.target instanceof Element?event.target.getAttribute("data-state"):null,way2=state===
null?null:wayTo(this.stepper.run,Number(state));way2&&this.stepper.resume(way2,way2.length)}draw(){let{
run}=this.stepper,way2=[0,...run.path.slice(0,run.at).map(place=>run.did(place).to)],points=way2.map(
state=>this.places.get(state)?.join(",")??"");this.way.setAttribute("points",points.join(" "));let[x,
y]=this.places.get(way2[way2.length-1])??[0,0];this.here.setAttribute("cx",String(x)),this.here.setAttribute(
"cy",String(y));let outlook=run.state.outlook??"unknown";this.here.setAttribute("class",classes("her\
e",outlook))}};function svg(tag,attributes){let parsed=h("div");parsed.innerHTML="<svg></svg>";let element=document.
createElementNS(parsed.firstElementChild?.namespaceURI??null,tag);for(let[name,value]of Object.entries(
attributes))element.setAttribute(name,String(value));return element}var Choices=class{constructor(stepper){this.stepper=stepper,this.buttons=stepper.doc.cpus.map((_,cpu)=>h(
"button",{type:"button",onclick:()=>stepper.choose(cpu)})),this.hint=h("button",{type:"button",class:"\
hint",onclick:()=>stepper.hint()},"Hint (h)");let ask=h("span",{class:"ask"},"Who goes next?"),label={
role:"group","aria-label":"Who goes next?"};this.root=h("div",{class:"choices",...label},ask,...this.
buttons,this.hint)}draw(){let{run,doc,hinted}=this.stepper,{hint}=run.state;for(let[cpu,button]of this.
buttons.entries()){let{next,waits}=run.view(cpu);setAble(button,run.able(cpu)),button.classList.toggle(
"hinted",hinted&&hint===cpu);let what=next?waits?`waits: ${waits}`:next:"has ended";button.replaceChildren(
badge(doc,cpu),h("strong",{},doc.cpus[cpu]),h("span",{},what))}setAble(this.hint,hint!=null&&!hinted)}focus(){
let{hint}=this.stepper.run.state;hint!=null&&this.buttons[hint].focus()}};function crux(run){let picture=run.picture();return picture?[...picture.cursors.map(cursor=>walk(cursor,
picture)),...picture.moves.map(move=>way(move,picture,run))]:[]}function walk({cpu,avc,anon_vma},picture){
let family=picture.anon_vmas.find(each=>each.id===anon_vma),list=`the list of ${family?.name??"an an\
on_vma that is gone"}`;if(!avc)return`The walk of ${cpu} is at the end of ${list}.`;let place=`${(family?.
list.indexOf(avc)??-1)+1} of ${family?.list.length}`,vma=picture.vmas.find(each=>each.id===vmaOf(avc,
picture));return`The walk of ${cpu} stands at ${vma?.name}, ${place} on ${list}.`}function way({cpu,
source,destination},picture,run){let name=new Map(picture.vmas.map(vma=>[vma.id,vma.name])),hand=run.
view(run.doc.cpus.indexOf(cpu)).hand,what=hand?`The entry ${hand}, in the hand of ${cpu},`:`What ${cpu}\
 moves`,up=rises(run.order,source,destination),past=passes(run.order,source,destination,picture)?", \
past the walk":"",names=`from ${name.get(source)} to ${name.get(destination)}`;return`${what} goes ${up?
"up":"down"}, ${names}${past}.`}var rises=(order,source,destination)=>order.indexOf(destination)<order.
indexOf(source);function passes(order,source,destination,picture){let[from,to]=[source,destination].
map(id=>order.indexOf(id));return picture.cursors.some(({avc})=>{let at=avc?order.indexOf(vmaOf(avc,
picture)??""):order.length;return to<from&&at>to&&at<=from})}var vmaOf=(avc,picture)=>picture.avcs.find(
each=>each.id===avc)?.vma;var LOSING={page:["lose the page","the page is lost"],other:["make it fail","it fails"]},News=class{constructor(stepper){
this.stepper=stepper,this.number=h("span",{class:"number"}),this.said=h("p",{class:"said","aria-live":"\
polite","aria-atomic":"true"}),this.changes=h("p",{class:"changes"}),this.preempts=h("span",{class:"\
preempts"});let words=h("div",{class:"words"},this.said,this.changes);this.root=h("div",{class:"news"},
this.number,words,this.preempts),this.verdict=h("p",{class:"verdict"}),stepper.driving&&this.verdict.
setAttribute("role","status");let label={role:"log",tabindex:"0","aria-label":"console"};this.console=
h("pre",{class:"console",...label});let quiet=!stepper.driving&&stepper.doc.verdict?.outcome!=="fail\
s";this.console.hidden=quiet}draw(){let{run,doc,driving}=this.stepper,{step,at}=run;this.number.textContent=
driving?`step ${at}`:`${at} / ${run.path.length}`;let before=driving?"Nobody has gone yet. Who goes \
first?":"Before the first step.",fatal=run.decisive>0&&at===run.decisive;this.said.replaceChildren(...step?
[badge(doc,step.cpu)," "]:[],step?step.sentence:before,...fatal?[" ",h("strong",{class:"fatal"},"Fro\
m here on it is inevitable.")]:[],h("span",{class:"hidden"},` ${crux(run).join(" ")}`));let changes=step?.
changes.map(change=>h("span",{class:"change"},change))??[];this.changes.replaceChildren(...changes.length?
changes:[step?"nothing changes":" "]),this.preempts.replaceChildren(...run.preempts(at)?[h("span",{},
"preemption")]:[]);let lines=run.console();this.console.classList.toggle("quiet",!lines.length),this.
console.textContent=lines.join(`
`)||"console: quiet";let[kind,text]=driving?this.standing():ended(run.verdict);this.verdict.className=
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
this.code,h("div",{class:"now-at"},this.next,this.locals))}pick(){this.stepper.frames[this.cpu]=this.
frames.selectedIndex,this.draw()}draw(){let{stepper,cpu}=this,{run,doc}=stepper,view=run.view(cpu),acted=run.
step?.cpu===cpu?run.step:null,chosen=Math.min(stepper.frames[cpu]??view.shown,view.stack.length-1);this.
last=view.stack[chosen]??acted?.place??this.last;let[shown,line]=this.last,looked=stepper.shownCpu===
cpu;this.root.className=classes("pane",acted&&"acting",looked&&"looked",!view.next&&"ended"),this.drawStack(
view.stack,chosen),this.drawSource(shown),this.mark(shown,view.stack.length&&view.next?line:0,acted?.
place??null),this.show();let values=view.locals??[];this.locals.hidden=!values.length||chosen!==view.
shown,this.locals.replaceChildren(...values.map(([name,value])=>h("span",{},h("b",{},name),` ${value}`)));
let hand=view.hand?[h("b",{class:"hand"},`in its hand: ${view.hand}`)," "]:[];this.next.replaceChildren(
...hand,...todo(view)),this.next.classList.toggle("waits",!!view.waits),this.line.hidden=looked;let text=(doc.
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
run.world,this.columns=[...this.world.families.keys()];let columns={"--columns":this.columns.length};
this.strip=h("div",{class:"strip",style:columns}),this.heads=h("div",{class:"heads"}),this.ends=h("d\
iv",{class:"ends"}),this.carry=h("span",{class:"carry"}),this.rows=new Map;for(let[id,vma]of this.world.
vmas)this.rows.set(id,rowOf(id,vma));let rows=[...this.rows.values()],threads=this.columns.map((_,i)=>h(
"span",{class:"thread",style:{"--column":i+1}})),several=this.world.mms.size>1;this.body=h("div",{class:classes(
"rows",several&&"families")},...threads,...rows.map(row=>row.box),this.ends,this.carry);let wide=Math.
max(1,...rows.map(row=>row.wide)),kind=classes("grid",this.columns.length===1&&"single");this.root=h(
"div",{class:kind,tabindex:"0",role:"region","aria-label":"vmas, ptes and lists",style:{...columns,"\
--wide":wide}},this.heads,this.body),this.order=[],this.carried=null}draw(picture){let now=nowOf(picture,
this.run);this.order=this.run.order,this.carried=this.carriedIn(picture),this.drawStrip(now),this.heads.
replaceChildren(...this.columns.map((id,i)=>this.head(id,i+1,now)));for(let row of this.rows.values())
this.drawRow(row,now);this.ends.replaceChildren(...this.columns.map((id,i)=>h("span",{class:"end",style:{
"--column":i+1}},...picture.cursors.filter(cursor=>cursor.anon_vma===id&&cursor.avc==null).map(cursor=>this.
cursor(cursor))))),this.place()}carriedIn(picture){let[move]=picture.moves,from=this.rows.get(move?.
source??""),to=this.rows.get(move?.destination??"");if(!from||!to)return null;let{source,destination,
cpu}=move,up=rises(this.order,source,destination),past=passes(this.order,source,destination,picture),
{hand=""}=this.run.view(this.run.doc.cpus.indexOf(cpu));return{from,to,up,past,hand}}cursor(cursor){
return h("span",{class:"cursor"},badge(this.run.doc,cursor.cpu),h("span",{},"walk"))}place(){if(!this.
order.length)return;let{line,gap,end}=this.stepper.measures,top=0;for(let id of this.order){let row=this.
rows.get(id);if(!row)continue;let height=row.lines*line;row.box.style.height=`${height}px`,row.box.style.
transform=`translateY(${top}px)`,row.middle=top+height/2,top+=height+gap}this.placeCarry(),this.ends.
style.transform=`translateY(${top}px)`,this.body.style.height=`${top+(this.columns.length?end:0)}px`}placeCarry(){
let{carried,carry}=this;if(carry.hidden=!carried,!carried)return;let{from,to,up,past,hand}=carried,way2=up?
"up":"down";carry.className=`carry ${way2}`,carry.style.top=`${Math.min(from.middle,to.middle)}px`,carry.
style.height=`${Math.abs(from.middle-to.middle)}px`;let words=this.columns.length>1||this.stepper.isHall?
[way2]:[`goes ${way2}`,past?"past the walk":""],held=h("i",{class:"hand",title:"in no slot"},h("smal\
l",{},"in hand"),hand),text=h("span",{},...words.map(word=>h("b",{},word)));carry.replaceChildren(hand?
held:text)}lock(now,id,label){let lock=now.locks.get(id),{owners=[],waiters=[]}=lock??{},held=owners.
length>0,waits=waiters.length?`, ${waiters.join(", ")} waits`:"",words=lock?(held?`held by ${owners.
join(", ")}`:"free")+waits:"is gone",kind=classes("lock",held&&"held",now.changed.has(id)&&"changed",
!lock&&"gone"),{doc}=this.run;return h("span",{class:kind,title:`${lock?.label??label}: ${words}`},h(
"span",{class:"label"},label),...held?owners.map(owner=>badge(doc,owner)):[h("span",{class:"free"},lock?
"free":"–")],waiters.length>0&&h("span",{class:"waiters"},"◂",h("span",{class:"word"},"waits"),...waiters.
map(cpu=>badge(doc,cpu))),h("span",{class:"hidden"},` ${words}`))}drawStrip(now){let locks=[...this.
world.locks.values()].filter(({used,kind})=>used&&(kind==="mmap_sem"||kind==="page_table_lock")),pages=[
...this.world.pages.values()].filter(page=>page.busy),waited=pages.some(page=>this.world.locks.get(page.
id)?.waited);this.strip.classList.toggle("waited",waited),this.strip.replaceChildren(...locks.map(lock=>this.
lock(now,lock.id,lock.name)),...pages.map(page=>this.page(page,now)))}page(page,now){let here=now.pages.
get(page.id),{doc}=this.run,kind=classes("pageframe",!here&&"gone",now.changed.has(page.id)&&"change\
d"),waiters=now.locks.get(page.id)?.waiters??[];return h("span",{class:kind},h("span",{class:"label"},
`page ${frame(page.pfn)}`),h("span",{},here?`maps ${here.mapcount} · refs ${here.count}`:"free"),here?.
locked&&h("span",{class:"waiters"},"locked",badge(doc,here.locked)),...waiters.map(cpu=>h("span",{class:"\
waiters"},"◂ waits",badge(doc,cpu))))}head(id,column,now){let family=now.families.get(id),known=this.
world.families.get(id)??family,mutex=[...this.world.locks.values()].find(lock=>lock.kind==="mutex"&&
lock.guards===id),root=this.world.families.get(known?.root??"")?.name??"?",kind=classes("family",!family&&
"gone",now.changed.has(id)&&"changed");return h("span",{class:kind,style:{"--column":column}},h("spa\
n",{class:"name"},h("strong",{},known?.name),family?.root===id?" root":""),mutex?this.lock(now,mutex.
id,"mutex"):h("span",{class:"rootless"},`root ${root}`))}drawRow(row,now){let{id,addresses}=row,vma=now.
vmas.get(id),known=this.world.vmas.get(id),role=now.roles[id],there=vma?.inserted?vma.cells:[],cells=new Map(
there.map(cell=>[cell.address,cell])),locks=[...new Set(there.map(cell=>cell.table??""))].flatMap(table2=>now.
tables.get(table2)?.lock??[]),mm=this.world.mms.size>1?`${this.world.mms.get(known?.mm??"")?.name}: `:
"",kind=classes("row",role,!vma?.inserted&&"gone",now.changed.has(id)&&"changed");row.box.className=
kind;let knots=this.columns.map((family,i)=>this.knot(row,family,i+1,now)),first=knots.findIndex(Boolean);
row.box.replaceChildren(h("span",{class:"card"},h("span",{class:"letter"},mm,h("strong",{},vma?.name??
known?.name)),h("span",{class:"role"},role??""),this.bounds(id,vma,now),h("span",{class:"cells"},...addresses.
map(address=>cellOf(cells.get(address),address,id,now))),h("span",{class:"ptls"},...locks.map(lock=>this.
lock(now,lock,"ptl")))),first<0?"":h("span",{class:"link",style:{"--column":first+1}}),...knots.filter(
knot=>knot!==null))}bounds(id,vma,now){let absent=vma?"not mapped":this.run.gone(id)?"gone":"not yet",
kind=classes("bounds",now.changed.has(`${id} bounds`)&&"changed"),more=vma?`pgoff ${vma.pgoff.toString(
16)} ${vma.perms}`:"";return h("span",{class:kind},vma?.inserted?span(vma):absent,h("small",{},more))}knot(row,id,column,now){
let family=now.families.get(id),list=family?.list??[],place=list.findIndex(avc2=>now.avcs.get(avc2)?.
vma===row.id),loose=[...now.avcs.values()].find(avc2=>avc2.vma===row.id&&avc2.anon_vma===id),avc=list[place]??
(now.vmas.has(row.id)?loose?.id:null);if(!avc)return null;let on=place>=0,kind=classes("knot",!on&&"\
loose",now.changed.has(avc)&&"changed"),title=`avc of ${now.vmas.get(row.id)?.name} in ${family?.name}`,
here=now.picture.cursors.filter(cursor=>cursor.avc===avc);return h("span",{class:classes("crossing",
here.length>0&&"walked"),style:{"--column":column}},h("span",{class:kind,title},on?String(place+1):"\
–"),...here.map(cursor=>this.cursor(cursor)))}};function rowOf(id,vma){let addresses=[...vma.addresses].
sort((a,b)=>a-b),lines=Math.ceil(addresses.length/CELLS)||1,wide=Math.ceil(addresses.length/lines)||
1;return{id,addresses,wide,lines,box:h("div",{class:"row"}),middle:0}}function nowOf(picture,run){let by=items=>new Map(
items.map(item=>[item.id,item]));return{vmas:by(picture.vmas),avcs:by(picture.avcs),families:by(picture.
anon_vmas),locks:by(picture.locks),pages:by(picture.pages),tables:by(picture.tables),picture,roles:rolesIn(
picture,run.doc),changed:new Set(run.step?.ids??[])}}function rolesIn(picture,doc){if(!picture.moves.
length)return doc.roles;let roles={};for(let move of picture.moves)roles[move.source]="source",roles[move.
destination]="destination";return roles}function cellOf(cell,address,vma,now){let label=h("small",{},
hex(address));if(!cell)return h("span",{class:"cell outside"},label,h("span",{}," "));let page=now.
pages.get(cell.page??""),stale=cell.kind==="migration"&&!page?.locked,family=now.families.get(page?.
mapping??"")?.name??"",name=frame(cell.pfn),[text,kind,words]={none:["none","","none"],zero:["zero",
"","zero page"],present:[name,cell.write?family:`r ${family}`,`page ${name}, of anon_vma ${family}`],
migration:[stale?`✗${name}`:name,"mig",`migration entry for page ${name}`]}[cell.kind],changed=now.
changed.has(`${vma} ${address}`)&&"changed",more=stale?", which is unlocked":cell.kind==="present"&&
!cell.write?", read-only":"";return h("span",{class:classes("cell",cell.kind,stale&&"stale",changed),
title:`pte ${hex(address)}: ${words}${more}`},label,h("span",{},text,kind&&h("em",{},` ${kind}`)))}function stateTable(run,picture){let roles=rolesIn(picture,run.doc),vmas=new Map(picture.avcs.map(avc=>[
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
hidden:!0}),this.grid=plain?null:new Grid(this.stepper),this.values=h("div",{class:"strip",hidden:!plain});
let shown=this.grid?[this.grid.root,this.grid.strip]:[this.values];this.root.replaceChildren(...shown,
this.table),this.root.classList.toggle("plain",plain)}draw(){let{run}=this.stepper,picture=run.picture();
if(!picture||!this.grid)return this.drawValues();this.grid.root.hidden=this.tabular,this.grid.strip.
hidden=this.tabular,this.table.hidden=!this.tabular,this.tabular&&this.table.replaceChildren(stateTable(
run,picture)),this.grid.draw(picture)}place(){this.grid?.place()}drawValues(){let{run,doc}=this.stepper,
changed=new Set(run.step?.ids??[]),{values,locks}=run.variables,label=name=>h("span",{class:"label"},
name),kind=(kind2,name)=>classes(kind2,changed.has(name)&&"changed"),free=()=>h("span",{class:"free"},
"free");this.values.replaceChildren(...[...values].map(([name,value])=>h("span",{class:kind("variabl\
e",name)},label(name),h("code",{},value))),...[...locks].map(([name,cpu])=>{let lock=cpu==null?"lock":
"lock held",owner=cpu==null?free():badge(doc,cpu);return h("span",{class:kind(lock,name)},label(name),
owner)}))}};var ROOM=40,Timeline=class{columns=ROOM;drawn=0;ticks=[];track;scroll;constructor(stepper){this.stepper=
stepper,this.root=h("div",{class:"timeline"}),this.marker=h("span",{class:"marker"}),this.build()}build(){
let{run,doc}=this.stepper,lanes={"--lanes":doc.cpus.length};this.columns=Math.max(run.path.length,doc.
drive?doc.drive.longest??ROOM:1),this.drawn=0,this.ticks=run.path.map((place,i)=>tick(run.did(place),
i));let breaks=run.path.flatMap((_,i)=>run.preempts(i+1)?[preemption(i)]:[]),whole={"grid-row":`2 / \
span ${doc.cpus.length}`};this.track=h("div",{class:"track",role:"slider",tabindex:"0","aria-label":"\
Step","aria-valuemin":0,"aria-valuemax":run.path.length,style:{"--steps":this.columns,...lanes},onpointerdown:event=>{
this.pointed(event),this.track.setPointerCapture(event.pointerId)},onpointermove:event=>{event.buttons&&
this.pointed(event)}},h("span",{class:"start",style:whole}),...breaks,...this.ticks,run.decisive?decisive(
run.decisive):null,this.marker),this.scroll=h("div",{class:"scroll"},this.track);let names=doc.cpus.
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
"this"],["Esc","give the keys back"]]}var Turns=class{constructor(stepper){this.stepper=stepper;let label={tabindex:"0",role:"region","ari\
a-label":"The run in turns"};this.root=h("div",{class:"turns",...label,hidden:!0})}draw(){if(this.root.
hidden)return;let{run,doc}=this.stepper;if(!doc.beside||this.stepper.driving){this.root.replaceChildren(
this.column("",run.path,0,run.path.length));return}let{parts,run:other,verdict}=doc.beside,ways=h("d\
iv",{class:"ways"},this.column(endOf(doc.verdict),doc.run,parts,doc.run.length),this.column(endOf(verdict),
other,parts,other.length)),same=this.column("Both runs begin so",doc.run,0,parts);this.root.replaceChildren(
same,h("p",{class:"part"},`After step ${parts} they part.`),ways)}column(heading,path,from,to){let{run}=this.
stepper,here=String(path.slice(0,to))===String(run.path.slice(0,to)),rows=turnsOf(run,path.slice(0,to),
from).map(turn=>this.row(turn,path,here)),head=heading&&h("caption",{},heading);return h("table",{},
head,h("tbody",{},...rows))}row(turn,path,here){let{stepper}=this,{at}=stepper.run,now=here&&at>=turn.
from&&at<=turn.to,steps=turn.from===turn.to?`${turn.from}`:`${turn.from}–${turn.to}`,go=()=>{stepper.
resume(path,turn.to),this.draw()},button=h("button",{type:"button","aria-label":`To step ${turn.to}`,
onclick:go},steps);return h("tr",{class:classes(now&&"now"),"aria-current":now?"step":null},h("th",{
scope:"row"},button),h("td",{},badge(stepper.doc,turn.cpu),` ${stepper.doc.cpus[turn.cpu]}`),h("td",
{},turn.said.join("; ")||"changes nothing"))}};function endOf(verdict){return verdict?.outcome==="fa\
ils"?`✗ ${verdict.words}`:verdict?.outcome==="holds"?"✓ holds":"… not at its end"}function turnsOf(run,path,from=0){
let turns=[];for(let[i,place]of path.entries()){if(i<from)continue;let step=run.did(place),{cpu}=step,
turn=turns.at(-1);turn?.cpu!==cpu&&(turn={cpu,from:i+1,to:i+1,said:[]},turns.push(turn)),turn.to=i+1,
tells(run,step)&&turn.said.push(step.said)}return turns}function tells(run,{ids,findings}){let{locks,
pages}=run.world;return findings.length>0||ids.some(id=>!locks.has(id)||pages.has(id))}var stepper_default=`:host{display:block}*{box-sizing:border-box}.stepper{--fs: 14px;--code: 13px;--\
small: 11px;--line: 46;--gap: 6;--end: 30;--col: 116px;--tick: 16px;--carry: 34px;--walk: 64px;--cel\
l: 44px;--card: 376px;--bg: var(--jp-layout-color1, #ffffff);--ink: var(--jp-content-font-color0, #1\
11111);--quiet: #555555;--rule: #c9c9c9;--sunk: #f4f4f2;--now: #e2e2de;--chip: #ffffff;--good: #0069\
4d;--bad: #9c3d00;--ring: #009e73;--thread: #0072b2;--source: #e69f00;--destination: #56b4e9;--migra\
tion: #f0e442;--present: #e6e6e6;--cursor: #cc79a7;--lost: #d55e00;--focus: #0072b2;font:var(--fs) /\
 1.35 "Helvetica Neue",Helvetica,Arial,"DejaVu Sans",sans-serif;color:var(--ink);background:var(--bg\
);position:relative;display:flex;flex-direction:column;gap:8px;padding:8px 12px;border:1px solid var\
(--rule);border-radius:6px;height:clamp(580px,82vh,900px);container-type:inline-size;text-align:left\
}.stepper[data-theme=dark]{--bg: var(--jp-layout-color1, #111111);--ink: var(--jp-content-font-color\
0, #f2f2f2);--quiet: #b9b9b9;--rule: #555555;--sunk: #1e1e1e;--now: #3a3a3a;--chip: #1a1a1a;--good: \
#5fd0ac;--bad: #ff9d5c;--ring: #35c79c;--thread: #56b4e9;--focus: #56b4e9}.stepper.page{height:100vh\
;min-height:540px;border:0;border-radius:0}.stepper:focus-visible,button:focus-visible,[tabindex]:fo\
cus-visible{outline:3px solid var(--focus);outline-offset:1px}.stepper:focus:not(.page){outline:3px \
solid var(--focus);outline-offset:-3px}.stepper.page:focus-visible{outline-offset:-3px}p,dl,pre{marg\
in:0}button{font:inherit;color:inherit;background:var(--chip);border:1px solid var(--quiet);border-r\
adius:6px;min-width:44px;min-height:44px;padding:0 8px;cursor:pointer}button:hover:not([aria-disable\
d=true]){background:var(--now)}button[aria-disabled=true]{color:var(--quiet);border-style:dashed;bor\
der-color:var(--rule);cursor:default}button[aria-pressed=true]{background:var(--ink);color:var(--bg)\
}code,pre,.bounds{font-family:DejaVu Sans Mono,Menlo,Consolas,Courier New,monospace}.hidden{position\
:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}[hidden]{disp\
lay:none!important}.badge{display:inline-flex;align-items:center;justify-content:center;width:1.5em;\
height:1.5em;flex:none;background:var(--ink);color:var(--bg);font-weight:700;font-family:inherit;fon\
t-size:.93em;line-height:1;vertical-align:middle}.badge.round{border-radius:50%;background:var(--bg)\
;color:var(--ink);border:2.5px solid var(--ink)}.badge.diamond{transform:rotate(45deg) scale(.85)}.b\
adge.diamond>span{transform:rotate(-45deg)}.badge.hexagon{clip-path:polygon(25% 0,75% 0,100% 50%,75%\
 100%,25% 100%,0 50%)}.head{display:flex;align-items:center;gap:12px;flex:none}.title{flex:1;font-si\
ze:1.15em;font-weight:700;margin:0;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}.tools{\
display:flex;flex-wrap:wrap;gap:4px;margin-bottom:10px}.more{position:absolute;z-index:5;top:58px;ri\
ght:12px;max-width:min(46em,calc(100% - 24px));max-height:calc(100% - 70px);overflow:auto;background\
:var(--sunk);border:2px solid var(--ink);border-radius:6px;padding:12px 16px}.more dl{display:flex;f\
lex-wrap:wrap;gap:4px 24px}.more dl div{display:flex;gap:8px}.more dt{font-weight:700}.more dd{margi\
n:0}.more p{margin-top:6px;color:var(--quiet)}.verdict{font-weight:700;padding:6px 12px;border:3px s\
olid var(--quiet);border-radius:6px;white-space:nowrap}.verdict.fails{border-color:var(--lost)}.verd\
ict.holds{border-color:var(--ring)}.verdict.open{border-style:dashed}.news{display:flex;gap:14px;ali\
gn-items:flex-start;flex:none;height:3.2em;overflow:hidden}.number{font-weight:700;font-variant-nume\
ric:tabular-nums;min-width:4.6em;font-size:1.25em;padding-top:1px}.words{flex:1;min-width:0}.said{fo\
nt-size:1.15em;display:-webkit-box;-webkit-line-clamp:2;-webkit-box-orient:vertical;overflow:hidden}\
.said .badge{font-size:.8em;margin-right:2px}.fatal{color:var(--bad)}.changes{color:var(--quiet);ove\
rflow:hidden;text-overflow:ellipsis;white-space:nowrap}.change{margin-right:10px}.change:before{cont\
ent:"\\394  ";color:var(--good);font-weight:700}.preempts span{border-left:3px dashed var(--ink);padd\
ing-left:6px;font-weight:700;white-space:nowrap}.panes{flex:1 1 0;min-height:150px;display:grid;grid\
-template-columns:repeat(var(--cpus),minmax(0,1fr));gap:10px}.work{flex:1 1 0;min-height:118px;displ\
ay:flex;gap:10px}.work .panes{min-width:0;min-height:0}.chart{flex:0 0 340px;display:flex;flex-direc\
tion:column;min-width:0;border:2px solid var(--rule);border-radius:6px;overflow:hidden}.stepper:not(\
.hall).mapped .chart,.stepper.hall:not(.mapped) .chart{display:none}.chart .caption{padding:6px 10px\
;font-weight:700}.chart .field{flex:1 1 0;min-height:60px;width:100%;cursor:pointer}.chart rect{fill\
:var(--present);stroke:#767676;stroke-width:1;vector-effect:non-scaling-stroke}.chart rect.lost{fill\
:var(--lost)}.chart rect.safe{fill:var(--ring)}.chart rect:hover{stroke:var(--ink);stroke-width:3}.w\
ay{fill:none;stroke:var(--ink);stroke-width:3;vector-effect:non-scaling-stroke;pointer-events:none}.\
here{fill:var(--bg);stroke:var(--ink);stroke-width:3;vector-effect:non-scaling-stroke;pointer-events\
:none}.legend{display:flex;flex-wrap:wrap;gap:2px 14px;padding:4px 10px;font-size:.92em}.legend span\
:before{content:"";display:inline-block;width:11px;height:11px;margin-right:5px;border:1px solid #76\
7676;background:var(--present)}.legend .lost:before{background:var(--lost)}.legend .safe:before{back\
ground:var(--ring)}.turns{flex:1 1 0;min-height:150px;overflow:auto}.glance .work,.glance .others{di\
splay:none}.turns table{width:100%;border-collapse:collapse}.turns caption{padding:4px 0;font-weight\
:700;text-align:left}.turns td,.turns th{padding:2px 8px;vertical-align:middle}.turns th{width:5em}.\
turns td:nth-child(2){white-space:nowrap;width:1%}.turns button{white-space:nowrap;width:100%;min-he\
ight:32px;font-variant-numeric:tabular-nums}.turns .now{background:var(--now)}.part{padding:8px 0;fo\
nt-weight:700}.ways{display:grid;grid-template-columns:1fr 1fr;gap:12px;align-items:start}b.hand{pad\
ding:1px 6px;border:1.5px solid #000;border-radius:3px;background:var(--migration);color:#000}.pane{\
display:flex;flex-direction:column;min-height:0;min-width:0;border:2px solid var(--rule);border-radi\
us:6px;overflow:hidden}.pane.acting{border-color:var(--ink)}.who{min-height:36px;display:flex;align-\
items:center;gap:8px;padding-left:10px;flex:none}.who strong{font-size:1.1em;white-space:nowrap}stro\
ng,.label,.title,.lane,select{unicode-bidi:isolate}.callers{flex:1 1 0;min-width:0;display:flex;just\
ify-content:flex-end;overflow:hidden;white-space:nowrap;color:var(--quiet);font:calc(var(--code) - 1\
px) "DejaVu Sans Mono",Menlo,Consolas,monospace}select{flex:0 1 auto;min-width:0;min-height:36px;max\
-width:60%;margin-right:6px;font:700 calc(var(--code) - 1px) "DejaVu Sans Mono",Menlo,Consolas,monos\
pace;color:inherit;background:var(--chip);border:0;box-shadow:inset 0 -3px var(--ink)}.locals{flex:1\
 1 0;min-width:0;padding:4px 10px;overflow:hidden;text-overflow:ellipsis;white-space:nowrap;text-ali\
gn:right;font-size:var(--code);color:var(--quiet)}.locals span{margin-left:1.2em}.locals b{color:var\
(--ink)}.now-at{flex:none;display:flex;min-height:2.1em;border-top:1px solid var(--rule)}.line.more{\
display:none}.code{flex:1;overflow-y:auto;background:var(--sunk);position:relative;padding:2px 0}.li\
ne{display:flex;font-size:var(--code);line-height:1.5;border-left:5px solid transparent}.line .no{po\
sition:relative;flex:none;width:3.3em;text-align:right;color:var(--quiet);padding-right:.9em;font-fa\
mily:DejaVu Sans Mono,Menlo,Consolas,monospace;user-select:none}.line code{flex:1;min-width:0;paddin\
g-left:calc((var(--indent) + 6) * 1ch);text-indent:-6ch;white-space:pre-wrap;overflow-wrap:anywhere;\
padding-right:6px;font-size:1em}.line.first{position:sticky;top:-2px;background:var(--sunk);box-shad\
ow:0 1px var(--rule);z-index:1}.line.first code,.line.doc code{white-space:nowrap;overflow:hidden;te\
xt-overflow:ellipsis}.line.doc code{color:var(--quiet)}.line.done{border-left:5px double var(--quiet\
)}.line.done .no:before{content:"\\2713";position:absolute;left:2px;color:var(--ink)}.line.now{backgr\
ound:var(--now);border-left-color:var(--ink);font-weight:700}.line.now .no{color:var(--ink)}.line.no\
w .no:before{content:"\\25b6";position:absolute;left:2px}.next{flex:0 1 auto;min-width:40%;padding:4p\
x 10px;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}.next.waits{border-left:5px dotted \
var(--ink)}.others,.many .pane{display:none}.many .pane.looked{display:flex;flex:1}.many .panes{disp\
lay:flex}.many:not(.glance) .others{display:block;flex:0 2 auto;min-height:60px;max-height:8em;overf\
low:auto}.many .other{display:flex;align-items:center;gap:8px;white-space:nowrap}.choices{display:fl\
ex;gap:8px;align-items:stretch;flex:none}.choices .ask{align-self:center;font-weight:700}.choices bu\
tton{display:flex;align-items:center;gap:8px;flex:1 1 0;min-width:0;border-width:2px;border-color:va\
r(--ink);text-align:left}.choices button[aria-disabled=true]{border-color:var(--rule)}.choices butto\
n>span:last-child{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}.choices .hint{flex:0 0 \
auto;border-width:1px}.choices button.hinted{outline:4px solid var(--ring);outline-offset:1px}.choic\
es button.hinted:after{content:"\\25c0  hint";font-weight:700;margin-left:auto;white-space:nowrap}.pa\
ne,.code,.timeline,.news{contain:content}.grid{contain:layout style}.state{flex:0 1 auto;min-height:\
100px;max-height:48%;overflow:auto;padding:10px 4px 3px 2px;margin-top:-6px;display:flex;flex-wrap:w\
rap;gap:6px 24px;align-items:flex-start}.grid{position:relative;--least: calc( var(--columns) * var(\
--col) + var(--carry) + var(--wide) * (var(--cell) + 3px) + var(--card) + var(--walk) );flex:1 1 var\
(--least);min-width:var(--least);max-width:calc(var(--columns) * var(--col) + var(--carry) + var(--w\
ide) * 63px + var(--card) + var(--walk))}.strip{flex:1 1 230px;display:flex;flex-wrap:wrap;gap:6px 8\
px;align-items:flex-start;align-content:flex-start}.grid>*{margin-right:var(--walk)}.heads{position:\
relative;height:46px}.family{position:absolute;top:0;right:calc((var(--column) - 1) * var(--col));wi\
dth:calc(var(--col) - 6px);height:44px;border:1.5px solid var(--ink);border-radius:6px;display:flex;\
flex-direction:column;align-items:center;justify-content:center;background:var(--chip);line-height:1\
.2}.family .name{font-size:.95em}.family .lock{padding:0;gap:3px;min-height:20px;background:none;out\
line:none}.family .lock,.family .lock.held{border:0}.rootless{color:var(--quiet);font-size:.85em}.lo\
ck,.pageframe,.variable{position:relative;display:inline-flex;align-items:center;gap:5px;border:1.5p\
x dashed var(--rule);border-radius:5px;padding:1px 7px;background:var(--chip);font-size:.92em;white-\
space:nowrap;min-height:26px}.lock.held{border:2px solid var(--ink)}.lock .badge,.pageframe .badge,.\
variable .badge{font-size:.78em}.pageframe,.variable{border-style:solid}.label{font-weight:700}.lock\
:not(.held) .label{font-weight:400}.free{color:var(--quiet)}.waiters{display:inline-flex;align-items\
:center;gap:3px}:is(.family,.ptls) .word{display:none}.rows{position:relative;margin-top:6px}.thread\
{position:absolute;top:-8px;bottom:6px;right:calc((var(--column) - 1) * var(--col) + var(--col) / 2 \
+ 2px);border-left:3px dashed var(--thread)}.thread:after{content:"";position:absolute;bottom:-6px;l\
eft:-7.5px;border:6px solid transparent;border-top:9px solid var(--thread);border-bottom:0}.row{posi\
tion:absolute;left:0;right:0;top:0;transition:transform .18s}.ends{position:absolute;left:0;right:0;\
top:0;height:26px}.card{position:absolute;inset:0 calc(var(--columns) * var(--col) + var(--carry)) 0\
 0;display:flex;align-items:center;gap:10px;border:1.5px solid var(--ink);border-radius:6px;backgrou\
nd:var(--chip);padding-right:6px;overflow:clip;overflow-clip-margin:14px}.letter{flex:none;align-sel\
f:stretch;display:flex;align-items:center;justify-content:center;min-width:2.4em;padding:0 8px;gap:4\
px;background:var(--present);color:#000;font-size:1.1em}.grid:has(.families){--card: 430px;--cell: 5\
2px}.hall .grid:has(.families){--card: 420px;--col: 116px}.hall .families .bounds{display:none}.fami\
lies .letter{min-width:4.9em}.source .letter{background:var(--source);border-right:3px double #000}.\
destination .letter{background:var(--destination);border-right:3px solid #000}.role{flex:none;width:\
6.3em;font-weight:700}.bounds{flex:none;width:10.5em;line-height:1.25;font-size:.95em;white-space:no\
wrap}.bounds small{display:block;font-size:var(--small);color:var(--quiet)}.cells{display:grid;grid-\
template-columns:repeat(var(--wide),minmax(var(--cell),60px));gap:3px;flex:0 1 calc(var(--wide) * 63\
px);min-width:min-content}.cell{position:relative;display:flex;flex-direction:column;justify-content\
:center;text-align:center;border:1.5px solid #000;color:#000;line-height:1.15;height:calc(var(--line\
) * 1px - 8px);border-radius:3px}.cell small{font-size:var(--small)}.cell>span{font-weight:700;font-\
family:DejaVu Sans Mono,Menlo,Consolas,monospace;white-space:nowrap}em{font-style:normal;font-weight\
:400;font-size:max(var(--small),.86em)}.cell.none{background:none;border:1.5px dashed var(--quiet);c\
olor:var(--quiet)}.cell.none>span{font-weight:400}.cell.present{background:var(--present)}.cell.zero\
{background:var(--present);border-style:double;border-width:3px}.cell.migration{background:var(--mig\
ration);border-width:3px}.cell.stale{background:var(--lost);border-style:dashed}.cell.outside{border\
:1px dotted var(--rule);color:var(--quiet);background:none}.carry{position:absolute;right:calc(var(-\
-columns) * var(--col) + var(--carry) / 2 - 4px);border-left:8px solid;width:0;z-index:1;pointer-eve\
nts:none}.carry:before{content:"";position:absolute;left:-18px;border:14px solid transparent}.carry.\
up{color:var(--lost)}.carry.up:before{top:-8px;border-bottom:18px solid;border-top:0}.carry.down{col\
or:var(--ring)}.carry.down:before{bottom:-8px;border-top:18px solid;border-bottom:0}.carry span{posi\
tion:absolute;top:50%;left:-4px;transform:translate(-50%,-50%);background:var(--bg);color:var(--ink)\
;font-size:.85em;line-height:1.1;text-align:center;padding:0 3px}.stepper:not(.hall) .grid.single{--\
carry: 112px}.hall .grid{max-width:none}.carry b{display:block;white-space:nowrap}.carry .hand{posit\
ion:absolute;top:50%;left:-4px;transform:translate(-50%,-50%);padding:4px 8px;border:3px solid #000;\
border-radius:3px;background:var(--migration);color:#000;font:700 1em DejaVu Sans Mono,Menlo,Consola\
s,monospace;white-space:nowrap}.carry .hand small{display:block;font:400 var(--small) / 1.1 sans-ser\
if}.row.gone .card{border:1.5px dotted var(--quiet);color:var(--quiet)}.row.gone .letter{background:\
none;color:inherit;border-right:1px dotted var(--quiet)}.gone{color:var(--quiet)}.family.gone,.pagef\
rame.gone,.lock.gone{border-style:dotted;border-color:var(--quiet)}.link{position:absolute;top:50%;l\
eft:calc(100% - var(--columns) * var(--col) - var(--carry));right:calc((var(--column) - 1) * var(--c\
ol) + var(--col) / 2);border-top:2px solid var(--ink)}.crossing{position:absolute;top:calc(50% - 15p\
x);right:calc((var(--column) - 1) * var(--col) + var(--col) / 2 - 12px);height:30px;display:flex;ali\
gn-items:center}.knot{width:30px;height:30px;border-radius:50%;border:2px solid var(--ink);backgroun\
d:var(--bg);display:flex;align-items:center;justify-content:center;font-weight:700;position:relative\
}.knot.loose{border-style:dashed}.cursor{position:absolute;z-index:1;left:32px;height:30px;padding:0\
 8px 0 18px;display:flex;align-items:center;gap:4px;font-weight:700;white-space:nowrap;background:va\
r(--cursor);color:#000;clip-path:polygon(14px 0,100% 0,100% 100%,14px 100%,0 50%)}.cursor .badge{col\
or:#000;background:#fff;border-color:#000}.cursor .badge.square{color:#fff;background:#000}.end .cur\
sor{left:6px}.walked .knot{background:var(--cursor);color:#000;border-width:3px}.end{position:absolu\
te;right:calc((var(--column) - 1) * var(--col) + var(--col) / 2 - 22px);width:10px;height:26px}.chan\
ged{outline:3px solid var(--ring);outline-offset:1px}.row.changed{outline:0}.row.changed .card{outli\
ne:3px solid var(--ring)}.cell.changed:after,.bounds.changed:after,.lock.changed:after,.pageframe.ch\
anged:after,.knot.changed:after,.family.changed:after,.variable.changed:after{content:"\\394";positio\
n:absolute;top:-9px;right:-4px;background:var(--ring);color:#000;font:700 12px/14px sans-serif;paddi\
ng:0 3px;border-radius:3px;z-index:2}.bounds{position:relative}.family .lock.changed:after{top:-16px\
;right:auto;left:-4px}.table{overflow:auto}.table table{border-collapse:collapse;margin-bottom:8px}t\
h,td{border:1px solid var(--rule);padding:4px 10px;text-align:left}.console{flex:none;background:var\
(--sunk);border-left:5px solid var(--lost);padding:4px 10px;font-size:var(--code);height:2.1em;overf\
low:auto;white-space:pre-wrap;font-weight:700}.console.quiet{color:var(--quiet);border-left-color:va\
r(--rule);font-weight:400}.foot{display:flex;align-items:center;gap:12px;flex:none}.controls{display\
:flex;gap:4px}.timeline{flex:1;min-width:0;display:flex;gap:8px}.lanes{display:grid;grid-template-ro\
ws:16px repeat(var(--lanes),var(--tick));row-gap:4px}.lane{display:flex;align-items:center;gap:5px;f\
ont-size:.85em;white-space:nowrap}.lane .badge{font-size:.78em}.scroll{flex:1;min-width:0;overflow-x\
:auto;scrollbar-width:thin}.track{display:grid;grid-template-columns:repeat(var(--steps),minmax(7px,\
1fr));grid-template-rows:16px repeat(var(--lanes),var(--tick));row-gap:4px;cursor:pointer;touch-acti\
on:pan-y;position:relative;min-height:48px}.tick{border:1.5px solid var(--quiet);background:none;mar\
gin:0 1px;border-radius:2px;text-align:center;line-height:1;font-weight:700;font-size:11px;overflow:\
hidden}.tick.past{background:var(--quiet);color:var(--bg)}.tick.current{background:var(--ink);outlin\
e:3px solid var(--ring)}.tick.wrong{border:3px solid var(--lost)}.break{grid-row:2 / span var(--lane\
s);border-left:3px dashed var(--ink);margin-left:-2px;pointer-events:none;height:calc(100% + 0px)}.s\
tart{grid-column:1}.marker{grid-row:1;font-weight:700;font-size:12px;line-height:15px;justify-self:c\
enter;white-space:nowrap;width:0;display:flex;justify-content:center}.marker.before{justify-self:sta\
rt;justify-content:flex-start}.decisive{grid-row:1 / span calc(var(--lanes) + 1);border-right:3px so\
lid var(--lost);justify-self:end;margin-right:-2px;padding-top:0;width:0;pointer-events:none;color:t\
ransparent}.stepper.hall{--fs: 22px;--code: 22px;--small: 18px;--line: 56;--gap: 5;--end: 18;--col: \
150px;gap:5px;padding:5px 12px}.hall:not(.page){height:720px}.hall .title,.hall .said,.hall .number,\
.hall .letter{font-size:22px}.hall .news{height:30px}.hall .number{min-width:4em}.hall .said{-webkit\
-line-clamp:1;line-height:28px}.hall .changes,.hall .preempts{display:none}.hall .panes{display:flex\
}.hall .pane{display:none}.hall .pane.looked{display:flex;flex:1}.hall .others{display:block;flex:no\
ne}.hall .other{display:flex;align-items:center;gap:10px;white-space:nowrap;overflow:hidden;min-heig\
ht:32px;font-size:22px}.hall .other code{font-size:22px;overflow:hidden;text-overflow:ellipsis}.hall\
 .other>span:last-child{flex:none}.hall .who{font-size:22px;min-height:31px}.hall select{min-height:\
31px}.hall .callers,.hall select,.hall .locals{font-size:22px}.hall .line{line-height:1.3}.hall.driv\
ing .next{display:none}.hall .next{font-size:22px;line-height:28px;padding:0 10px;min-height:29px}.h\
all .locals{padding:0 10px;line-height:28px}.stepper.hall{--cell: 62px;--card: 590px;--carry: 44px}.\
hall .lock,.hall .pageframe,.hall .bounds,.hall .family .name,.hall .rootless,.hall .variable,.hall \
.lane,.hall .marker{font-size:22px}.hall .badge{font-size:20px;min-width:26px;height:26px;width:26px\
}.hall .bounds{width:9em;line-height:1.15}.hall .cell{line-height:1;height:50px}.hall .cells{grid-te\
mplate-columns:repeat(var(--wide),minmax(var(--cell),78px));flex-basis:calc(var(--wide) * 81px)}.hal\
l .cell>span{font-size:22px}.hall .changed:after{font-size:18px!important;line-height:18px!important\
}.hall .strip{order:-1;flex:0 0 calc(100% - var(--columns) * var(--col) - var(--walk));min-height:50\
px;gap:4px 8px}.hall .grid{flex-basis:100%;margin-top:-56px}.hall .now-at{min-height:29px}.hall.driv\
ing .now-at{display:none}.hall .family{height:50px;line-height:1}.hall .rows{margin-top:8px}.hall .c\
onsole{font-size:20px;height:32px;padding:3px 10px}.hall .lanes,.hall .track{grid-template-rows:0 re\
peat(var(--lanes),22px);row-gap:3px}.hall .marker{display:none}.hall .tick{font-size:18px}.hall .sta\
te{max-height:47%}.hall button,.hall .carry span{font-size:22px}.hall .choices button.hinted:after{c\
ontent:"\\25c0"}.stepper.deck{height:100%;border:0}.deck .head{align-items:flex-start;padding-top:2px\
;padding-right:var(--deck-bar, 0)}.deck .opener{display:none}.deck .title{padding-top:var(--deck-hea\
ding);font-size:18px;font-weight:400;color:var(--quiet)}.deck .verdict{padding:4px 10px}.deck.drivin\
g .verdict{font-size:18px}@container (max-width: 1100px){.hall .news{height:56px}.hall .said{-webkit\
-line-clamp:2;line-height:27px}.hall .choices button>span:last-child{white-space:normal;line-height:\
1.1}.choices button.hinted:after{content:"\\25c0"}}@container (max-width: 1000px){.chart{flex-basis:2\
30px}}@container (max-width: 860px){.role{font-size:var(--small);width:6.7em}.hall .choices .ask{dis\
play:none}.hall .grid{--carry: 24px;--card: 460px}.title{font-size:1em}.bounds{width:8em}.card{gap:6\
px}}@container (max-width: 620px){.panes{grid-template-columns:minmax(0,1fr)}.pane,.chart{display:no\
ne}.pane.looked{display:flex}.lane>span:not(.badge){display:none}.head,.foot{flex-wrap:wrap;gap:6px}\
.title{flex:1 0 100%}.verdict{margin-right:auto}.timeline{flex-basis:100%}.news{height:5em;gap:6px}.\
number{min-width:3.6em;font-size:1em}.said{font-size:1em;-webkit-line-clamp:3}.preempts{display:none\
}.stepper:not(.hall) .grid,.stepper:not(.hall) .grid.single{--card: 112px;--carry: 22px;--col: 52px;\
--walk: 34px;--cell: 36px}.stepper:not(.hall) .grid:has(.families){--card: 118px;--col: 40px}.famili\
es .knot{transform:scale(.85)}.role,.bounds,.ptls .label,.ptls .free,.cursor>span:last-child,.rootle\
ss{display:none}.letter,.families .letter{min-width:0;padding:0 5px}.card{gap:4px;padding-right:3px}\
.ptls .lock{padding:1px 3px}.stepper:not(.hall) .cell>span{font-size:12px;letter-spacing:-.5px}.curs\
or{padding:0 4px 0 14px}.family{width:50px;font-size:.8em}.family .lock .label{display:none}.ways{gr\
id-template-columns:1fr}.carry span,.carry .hand small{display:none}.stepper:not(.hall) .grid{max-wi\
dth:var(--least)}.stepper:not(.hall) .cells{grid-template-columns:repeat(var(--wide),var(--cell));fl\
ex-basis:auto}.locals{display:none}.choices{flex-wrap:wrap}.choices button{flex:1 0 100%}.choices .a\
sk{display:none}}@media(max-height:760px){.driving:not(.hall) .now-at{display:none}}@media(max-width\
:700px){.stepper,.stepper.page{min-height:720px}}@media(min-width:1600px)and (min-height:880px){.ste\
pper.page{zoom:1.4;height:calc(100vh / 1.4)}}@media(prefers-reduced-motion:reduce){.row{transition:n\
one}}@media(forced-colors:active){.stepper{--ink: CanvasText;--bg: Canvas;--rule: GrayText;--quiet: \
CanvasText;--chip: Canvas;--sunk: Canvas;--now: Highlight;--ring: Highlight}.cell,.letter,.line.now,\
.tick,.badge{forced-color-adjust:none}.line.now,.line.now .no{color:HighlightText}}@media print{.ste\
pper{height:auto;border:0}.controls,.tools{display:none}}
`;var PLAY_MS=800,Stepper=class{run;news;choices;state;panes;timeline;tools;turns;chart;root;back;player;on;looked=null;frames={};hinted=!1;asking=!1;chosen=null;playing;measured=null;constructor(host,doc,options={}){
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
 ":()=>this.play(),l:()=>this.hall(),h:()=>this.hint(),t:()=>this.asTable(),v:()=>this.inTurns(),m:()=>this.
map(),"?":()=>this.tools.toggle(),Escape:()=>this.release()},action=/^[1-9]$/.test(event.key)?()=>this.
choose(Number(event.key)-1):actions[event.key];action&&(event.preventDefault(),event.key!==" "&&this.
play(!1),action())}release(){this.tools.toggle(!1),this.shadow.activeElement instanceof HTMLElement&&
this.shadow.activeElement.blur(),this.host.blur(),this.host.closest(".jp-Notebook")?.focus()}hall(on=!this.
isHall){this.root.classList.toggle("hall",on),this.tools.press("hall",on),this.measured=null,this.draw()}asTable(){
this.state.grid&&(this.state.tabular=!this.state.tabular,this.tools.press("table",this.state.tabular),
this.draw())}inTurns(){let on=this.turns.root.hidden;this.turns.root.hidden=!on,this.root.classList.
toggle("glance",on),this.tools.press("turns",on),this.draw()}map(){let on=this.root.classList.toggle(
"mapped");this.tools.press("map",on)}theme(){let{classList,dataset}=document.body,system=matchMedia(
"(prefers-color-scheme: dark)").matches,host=dataset.jpThemeLight?dataset.jpThemeLight==="false":null,
dark=this.chosen??host??(classList.contains("vscode-dark")||system);this.root.dataset.theme=dark?"da\
rk":"light",this.tools.press("theme",dark)}build(){let{doc,driving,options}=this,hall=this.root?.classList.
contains("hall");this.news=new News(this),this.choices=driving?new Choices(this):null,this.state=new StateView(
this),this.panes=new Panes(this),this.timeline=new Timeline(this),this.turns=new Turns(this),this.chart=
doc.drive?.whole?new Chart(this):null,this.tools=new Tools(this,this.toolsOf());let title=doc.title||
"a recorded run",kind=["stepper",options.page&&"page",driving&&"driving",doc.cpus.length>3&&"many",hall&&
"hall"].filter(Boolean);this.root=h("div",{class:kind.join(" "),tabindex:"0",role:"group","data-lm-s\
uppress-shortcuts":"true","aria-label":`Stepper: ${title}. Arrow keys step, ? shows all keys.`,onkeydown:event=>this.
key(event)},h("div",{class:"head"},h(options.page?"h1":"p",{class:"title"},title),this.news.verdict,
this.tools.opener),this.tools.root,this.news.root,this.choices?.root,this.state.root,this.turns.root,
h("div",{class:"work"},this.panes.root,this.chart?.root),this.panes.others,this.news.console,h("div",
{class:"foot"},this.buildControls(),this.timeline.root)),this.theme(),this.shadow.replaceChildren(this.
root),this.sizes.disconnect();for(let box of[this.root,...this.panes.panes.map(pane=>pane.code)])this.
sizes.observe(box)}toolsOf(){let tools=[["home","|◀","Home","To the start",()=>this.go(0)],["end",
"▶|","End","To the end",()=>this.go(this.run.path.length)],["turns","turns","v","The run in turns",
()=>this.inTurns()],["hall","hall","l","Layout for a hall",()=>this.hall()]];this.chart&&tools.push(
["map","map","m","All that can happen",()=>this.map()]),this.state.grid&&tools.push(["table","table",
"t","Show as a table",()=>this.asTable()]);let dark=()=>{this.chosen=this.root.dataset.theme!=="dark",
this.theme()};return this.options.page&&tools.push(["theme","dark","","Light or dark",dark]),tools}buildControls(){
let button=(label,text,act)=>h("button",{type:"button","aria-label":label,title:label,onclick:()=>{text!==
"play"&&this.play(!1),act()}},text);return this.back=button("One step back (left arrow)","◀",()=>this.
go(this.run.at-1)),this.player=this.driving?null:button("Play (space)","play",()=>this.play()),this.
on=this.driving?null:button("One step on (right arrow)","▶",()=>this.forward()),h("div",{class:"co\
ntrols",role:"group","aria-label":"Steps"},this.back,this.player,this.on)}get measures(){if(!this.measured){
let style2=getComputedStyle(this.root),of=name=>Number.parseFloat(style2.getPropertyValue(name));this.
measured={line:of("--line"),gap:of("--gap"),end:of("--end")}}return this.measured}resized(){this.measured=
null,this.state.place(),this.panes.show()}draw(){let{run}=this;this.news.draw(),this.panes.draw(),this.
choices?.draw(),this.state.draw(),this.turns.draw(),this.chart?.draw(),this.timeline.draw(),setAble(
this.back,run.at>0),this.on&&setAble(this.on,run.at<run.path.length)}};function mount(element,doc,options={}){return orSentence(element,()=>new Stepper(element,doc,options))}
function render({model,el}){let host=h("div");return el.append(host),orSentence(host,()=>bind(model,
(doc,options)=>new Stepper(host,doc,options)))}function orSentence(element,make){try{return make()}catch(error){
let why=error instanceof Error?error.message:String(error),sentence=h("p",{role:"alert"},`This stepp\
er cannot be drawn: ${why}.`);throw(element.shadowRoot??element).replaceChildren(sentence),error}}var index_default={render};export{Stepper,index_default as default,h,mount};
