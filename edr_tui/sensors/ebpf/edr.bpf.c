// SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
//
// Tells of every fork of a process, exec and exit through one ring buffer. Tracepoints only.
// records.py reads what is written here; `make bpf` compiles it.

#include "kernel_types.h"

// What follows is the wire, which records.py knows too.

enum kind { FORK = 1, EXEC = 2, EXIT = 3 };

enum flag {
	KTHREAD = 1 << 0,
	PSEUDO = 1 << 1, // a file without a place in any directory, such as a memfd
	DELETED = 1 << 2,
	CUT = 1 << 3,
	// 1 << 4 to 1 << 6: the same of the working directory
	ENV_CUT = 1 << 7,
	SOCKET_0 = 1 << 8, // and 1 << 9, 1 << 10: standard input, output, error
	HAS_LOGINUID = 1 << 11,
	HAS_TTY = 1 << 12,
};

// A process: start is its start_boottime in ns, ino its pidfs inode or 0.
struct who {
	__u64 start;
	__u64 ino;
	__u32 pid;
	__u32 uid;
};

struct head {
	__u32 kind;
	__u32 flags;
	__u64 at; // ns since boot
	struct who process;
	char comm[16];
};

struct fork_event {
	struct head head;
	struct who forker;
};

struct exit_event {
	struct head head;
	__s32 status; // as wait(2) gives it
	__u32 unused;
};

#define ARGV_MAX 65536
#define PATH_LIMIT 4096
#define PATH_PARTS 64
#define NAME_MAX_1 256
#define VALUE_MAX 1024
#define ENV_VARS 256
// All but the arguments stays far below TEXTS: a name and three paths of 4 KiB and a bit, and two values.
#define TEXTS 32768

struct exec_event {
	struct head head;
	struct who parent;
	__u64 cgroup;
	__u64 argv_size; // of the whole, which may be more than what is carried
	__u32 euid, gid, egid, loginuid;
	__u32 session;
	__u32 tty_major, tty_minor;
	__u32 filename_size, exe_size, cwd_size, env_size, argv_carried; // bytes of texts, in this order
	__u32 inside; // for preloads() alone
	__u8 texts[TEXTS + ARGV_MAX];
};

struct counts {
	__u64 told[4], lost[4]; // by kind
	__u64 failed; // execs
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 16 * 1024 * 1024);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct counts);
} counts SEC(".maps");

// Where an exec is put together, one for each CPU: a per-CPU map's values end at 32 KiB.
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1); // the loader sets the number of CPUs
	__type(key, __u32);
	__type(value, struct exec_event);
} scratch SEC(".maps");

// Failed execs by errno; the last one counts all that lie beyond.
#define ERRNOS 256
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, ERRNOS);
	__type(key, __u32);
	__type(value, __u64);
} failed SEC(".maps");

static __always_inline void count(__u32 kind, long fault)
{
	__u32 zero = 0;
	struct counts *mine = bpf_map_lookup_elem(&counts, &zero);

	if (!mine)
		return;
	if (fault)
		mine->lost[kind & 3]++;
	else
		mine->told[kind & 3]++;
}

static __always_inline void identify(struct who *who, struct task_struct *leader)
{
	struct pid *pid = BPF_CORE_READ(leader, thread_pid);

	who->pid = BPF_CORE_READ(leader, tgid);
	who->start = BPF_CORE_READ(leader, start_boottime);
	who->uid = BPF_CORE_READ(leader, cred, uid.val);
	who->ino = pid && bpf_core_field_exists(pid->ino) ? BPF_CORE_READ(pid, ino) : 0;
}

static __always_inline void begin(struct head *head, __u32 kind, struct task_struct *leader)
{
	head->kind = kind;
	head->at = bpf_ktime_get_boot_ns();
	head->flags = BPF_CORE_READ(leader, flags) & PF_KTHREAD ? KTHREAD : 0;
	identify(&head->process, leader);
	bpf_core_read(head->comm, sizeof(head->comm), &leader->comm);
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(process_fork, struct task_struct *forker, struct task_struct *child)
{
	struct fork_event event = {};

	if (BPF_CORE_READ(child, pid) != BPF_CORE_READ(child, tgid))
		return 0; // a thread
	begin(&event.head, FORK, child);
	identify(&event.forker, BPF_CORE_READ(forker, group_leader));
	count(FORK, bpf_ringbuf_output(&events, &event, sizeof(event), 0));
	return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(process_exit, struct task_struct *task)
{
	struct task_struct *leader = BPF_CORE_READ(task, group_leader);
	struct signal_struct *signal = BPF_CORE_READ(task, signal);
	struct exit_event event = {};

	if (BPF_CORE_READ(signal, live.counter))
		return 0; // other threads live on
	begin(&event.head, EXIT, leader);
	event.status = BPF_CORE_READ(signal, flags) & SIGNAL_GROUP_EXIT ?
			       BPF_CORE_READ(signal, group_exit_code) :
			       BPF_CORE_READ(leader, exit_code);
	count(EXIT, bpf_ringbuf_output(&events, &event, sizeof(event), 0));
	return 0;
}

// What grows in a loop is kept in memory: the verifier would follow each of its values in a register.
#define IN_MEMORY(value) (*(volatile typeof(value) *)&(value))

// The names of a path, the last one first, each with its NUL, into texts at offset; size: of them all.
static __noinline int walk(struct exec_event *event, __u32 offset, __u32 *size, struct path *path, int shift)
{
	struct dentry *dentry = path->dentry, *parent = BPF_CORE_READ(dentry, d_parent);
	struct mount *mount = (void *)path->mnt - bpf_core_field_offset(struct mount, mnt);

	IN_MEMORY(*size) = 0;
	// As the kernel's d_unlinked(): no longer in its directory's hash, and no root.
	if (parent != dentry && !BPF_CORE_READ(dentry, d_hash.pprev))
		event->head.flags |= DELETED << shift;
	for (int i = 0; i < PATH_PARTS; i++) {
		__u32 used = IN_MEMORY(*size);
		int root;
		long got;

		parent = BPF_CORE_READ(dentry, d_parent);
		root = dentry == parent;
		if (root || dentry == BPF_CORE_READ(mount, mnt.mnt_root)) {
			struct mount *above = BPF_CORE_READ(mount, mnt_parent);

			if (above != mount) {
				dentry = BPF_CORE_READ(mount, mnt_mountpoint);
				mount = above;
				continue;
			}
			if (used || !root)
				return 0;
			event->head.flags |= PSEUDO << shift; // its only name; a directory's root has the name "/"
		}
		if (used > PATH_LIMIT)
			break;
		got = bpf_probe_read_kernel_str(&event->texts[(offset + used) & (TEXTS - 1)], NAME_MAX_1,
						BPF_CORE_READ(dentry, d_name.name));
		if (got <= 0)
			break;
		IN_MEMORY(*size) = used + got;
		if (root)
			return 0;
		dentry = parent;
	}
	event->head.flags |= CUT << shift;
	return 0;
}

#define LD_PRELO 0x4f4c4552505f444cULL // the first eight bytes, little-endian
#define AD_EQUALS 0x3d4441
#define LD_AUDIT 0x54494455415f444cULL

// LD_PRELOAD= and LD_AUDIT= of the environment, each with its NUL, into texts at offset.
static __noinline int preloads(struct exec_event *event, __u32 offset, unsigned long at, unsigned long end)
{
	IN_MEMORY(event->env_size) = 0;
	IN_MEMORY(event->inside) = 0;
	for (int i = 0; i < ENV_VARS; i++) {
		__u32 used = IN_MEMORY(event->env_size);
		__u8 *text = &event->texts[(offset + used) & (TEXTS - 1)];
		long got;

		if (at >= end)
			return 0;
		if (used > 2 * VALUE_MAX)
			break;
		got = bpf_probe_read_user_str(text, VALUE_MAX, (void *)at);
		if (got <= 0)
			break;
		if (!IN_MEMORY(event->inside)) {
			__u64 name = *(__u64 *)text;
			__u32 rest = *(__u32 *)(text + 8);

			if ((name == LD_PRELO && (rest & 0xffffff) == AD_EQUALS) ||
			    (name == LD_AUDIT && (rest & 0xff) == '='))
				IN_MEMORY(event->env_size) = used + got;
		}
		// A longer one comes in pieces, of which only the first has its name.
		IN_MEMORY(event->inside) = got == VALUE_MAX;
		at += got - (got == VALUE_MAX);
	}
	event->head.flags |= ENV_CUT;
	return 0;
}

// The arguments into texts at offset: how many bytes could be read. exec has just written them.
static __always_inline __u32 arguments(struct exec_event *event, __u32 offset, struct mm_struct *mm)
{
	unsigned long start = BPF_CORE_READ(mm, arg_start), end = BPF_CORE_READ(mm, arg_end);
	__u64 size = end > start ? end - start : 0;
	__u32 carried = size < ARGV_MAX ? size : ARGV_MAX;
	__u8 *to = &event->texts[offset & (TEXTS - 1)];

	event->argv_size = size;
	if (!carried || carried > ARGV_MAX)
		return 0;
	return bpf_probe_read_user(to, carried, (void *)start) ? 0 : carried;
}

static __always_inline void describe(struct exec_event *event, struct task_struct *task)
{
	const struct cred *cred = BPF_CORE_READ(task, cred);
	struct signal_struct *signal = BPF_CORE_READ(task, signal);
	struct tty_struct *tty = BPF_CORE_READ(signal, tty);
	struct fdtable *table = BPF_CORE_READ(task, files, fdt);
	struct file **files = BPF_CORE_READ(table, fd);
	struct pid *session = 0;

	event->euid = BPF_CORE_READ(cred, euid.val);
	event->gid = BPF_CORE_READ(cred, gid.val);
	event->egid = BPF_CORE_READ(cred, egid.val);
	if (bpf_core_field_exists(task->loginuid)) {
		event->loginuid = BPF_CORE_READ(task, loginuid.val);
		event->head.flags |= HAS_LOGINUID;
	}
	bpf_core_read(&session, sizeof(session), &signal->pids[PIDTYPE_SID]);
	event->session = BPF_CORE_READ(session, numbers[0].nr);
	if (tty) {
		event->tty_major = BPF_CORE_READ(tty, driver, major);
		event->tty_minor = BPF_CORE_READ(tty, driver, minor_start) + BPF_CORE_READ(tty, index);
		event->head.flags |= HAS_TTY;
	}
	event->cgroup = bpf_get_current_cgroup_id();
	for (int fd = 0; fd < 3; fd++) {
		struct file *file = 0;

		if (BPF_CORE_READ(table, max_fds) <= fd)
			break;
		bpf_probe_read_kernel(&file, sizeof(file), files + fd);
		if (file && (BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) == S_IFSOCK)
			event->head.flags |= SOCKET_0 << fd;
	}
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(process_exec, struct task_struct *task, int old_pid, struct linux_binprm *binprm)
{
	__u32 cpu = bpf_get_smp_processor_id(), offset = 0;
	struct exec_event *event = bpf_map_lookup_elem(&scratch, &cpu);
	struct mm_struct *mm = BPF_CORE_READ(task, mm);
	struct path path = {};
	long got;

	if (!event) {
		count(EXEC, 1);
		return 0;
	}
	begin(&event->head, EXEC, task);
	identify(&event->parent, BPF_CORE_READ(task, real_parent, group_leader));
	event->session = event->tty_major = event->tty_minor = event->loginuid = 0;
	describe(event, task);

	got = bpf_probe_read_kernel_str(event->texts, PATH_LIMIT, BPF_CORE_READ(binprm, filename));
	event->filename_size = got > 0 ? got : 0;
	offset += event->filename_size;

	path.mnt = BPF_CORE_READ(mm, exe_file, f_path.mnt);
	path.dentry = BPF_CORE_READ(mm, exe_file, f_path.dentry);
	walk(event, offset, &event->exe_size, &path, 0);
	offset += event->exe_size;

	path.mnt = BPF_CORE_READ(task, fs, pwd.mnt);
	path.dentry = BPF_CORE_READ(task, fs, pwd.dentry);
	walk(event, offset, &event->cwd_size, &path, 3);
	offset += event->cwd_size;

	preloads(event, offset, BPF_CORE_READ(mm, env_start), BPF_CORE_READ(mm, env_end));
	offset += event->env_size;
	event->argv_carried = arguments(event, offset, mm);

	__u64 size = __builtin_offsetof(struct exec_event, texts) + (offset & (TEXTS - 1)) +
		     (event->argv_carried & (2 * ARGV_MAX - 1));
	if (size > sizeof(*event))
		size = sizeof(*event);
	count(EXEC, bpf_ringbuf_output(&events, event, size, 0));
	return 0;
}

struct syscall_exit {
	__u64 common;
	long number;
	long result;
};

static __always_inline int count_failed(struct syscall_exit *context)
{
	__u32 number = -context->result, zero = 0;
	struct counts *mine;
	__u64 *counter;

	if (context->result >= 0)
		return 0;
	if (number >= ERRNOS)
		number = ERRNOS - 1;
	mine = bpf_map_lookup_elem(&counts, &zero);
	if (mine)
		mine->failed++;
	counter = bpf_map_lookup_elem(&failed, &number);
	if (counter)
		__sync_fetch_and_add(counter, 1);
	return 0;
}

SEC("tp/syscalls/sys_exit_execve")
int exit_execve(struct syscall_exit *context)
{
	return count_failed(context);
}

SEC("tp/syscalls/sys_exit_execveat")
int exit_execveat(struct syscall_exit *context)
{
	return count_failed(context);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
const char SOURCE[] SEC("edr.source") __attribute__((used)) = EDR_SOURCE;
