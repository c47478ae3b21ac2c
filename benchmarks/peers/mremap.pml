/* The model of model.py for SPIN.  cpp macros: N pages, K walkers, V variant
   (0 BUGGY, 1 FIXED, 2 ERR_BUGGY, 3 ERR_FIXED), PTE0 and PL0 as set by __init__.py.  Every d_step is one atomic step. */
#ifndef N
#define N 1
#endif
#ifndef K
#define K 1
#endif
#ifndef V
#define V 0
#endif
#define J (N/2)
#define NONE 0
#define PRES 1
#define MIG  2
#define D 1
#define S 2

byte L0 = D, L1 = S;          /* the anon_vma list, 0 = empty slot */
bit  merged = 0;              /* D covers the destination range */
#ifndef PTE0                  /* initial ptes: 2N zeros, then src: K times MIG, N-K times PRES */
#define PTE0 {0, 0, 2}
#endif
#ifndef PL0
#define PL0 {1}
#endif
byte pte[3*N] = PTE0;         /* pte[D*N+i] = dst[i], pte[S*N+i] = src[i]; [0..N-1] unused */
byte ptl[3];                  /* ptl[D], ptl[S]: 0 free, else owner */
byte root = 0;
bit  plock[K] = PL0;
byte done = 0;                /* ended threads: a function of the program counters */

inline finish() {
    done++;
    if
    :: done == K + 1 ->
        i = 0;
        do
        :: i < 3*N -> assert(pte[i] != MIG); i++
        :: else -> break
        od;
        i = 0
    :: else
    fi
}

#define ACQ(l)  d_step { l == 0 -> l = _pid + 1 }
#define REL(l)  l = 0

inline tail(v) {
    ACQ(root);
    d_step { if :: L0 == v -> L0 = L1; L1 = 0 :: else -> L1 = 0 fi };
    d_step { if :: L0 == 0 -> L0 = v :: else -> L1 = v fi };
    REL(root)
}

/* move pages 0..cnt-1 from table a to table b; the loop test is part of the last step */
#define MOVE(a, b, cnt, lab) \
lab:    if :: ACQ(ptl[a]) fi; \
        ACQ(ptl[b]); \
        d_step { tmp = pte[(a)*N+i]; pte[(a)*N+i] = NONE }; \
        d_step { pte[(b)*N+i] = tmp; tmp = 0 }; \
        REL(ptl[b]); \
        if \
        :: d_step { i + 1 < cnt -> ptl[a] = 0; i++ }; goto lab \
        :: d_step { i + 1 >= cnt -> ptl[a] = 0; i = 0 } \
        fi

active proctype M() {
    byte i = 0, tmp = 0;
    merged = 1;
#if V > 0
    tail(D);
#endif
#if V < 2
    MOVE(S, D, N, fwd);
    ACQ(root);
    d_step { if :: L0 == S -> L0 = L1; L1 = 0 :: else -> L1 = 0 fi };
    d_step { root = 0; finish() };
#else
    MOVE(S, D, J, fwd);
#if V == 3
    tail(S);
#endif
    MOVE(D, S, J, back);
    ACQ(root);
    merged = 0;
    d_step { root = 0; finish() };
#endif
end:    false
}

active [K] proctype W() {
    byte cur = 0, i = 0;
#define p (_pid - 1)
    ACQ(root);
    cur = L0;
loop:
    if
    :: d_step { cur == D && !merged -> skip }
    :: d_step { cur == S || merged -> skip };
        ACQ(ptl[cur]);
        if
        :: d_step { pte[cur*N+p] != MIG -> skip }
        :: d_step { pte[cur*N+p] == MIG -> skip };
            pte[cur*N+p] = PRES
        fi;
        REL(ptl[cur])
    fi;
    if
    :: d_step { cur == L0 && L1 != 0 -> cur = L1 }; goto loop
    :: d_step { cur == L1 || L1 == 0 -> cur = 0 }
    fi;
    REL(root);
    d_step { plock[p] = 0; finish() };
end:    false
}
