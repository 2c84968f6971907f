# Stops one thread of a process, by ptrace, and lets it go again: the others run on (SIGSTOP would stop them all).
# usage: perl hold_thread.pl PROCESS THREAD SECONDS      (THREAD: the name of it)
# Prints the boot times, in seconds, at which it stood still and at which it was let go.
# In Perl because every Debian has perl-base, and it can make system calls that it has no words for. Numbers are arm64's.
use strict;
use warnings;

my ($process, $name, $seconds) = @ARGV;
my ($PTRACE, $WAIT4) = (117, 260);
my ($SEIZE, $INTERRUPT, $DETACH, $WALL) = (0x4206, 0x4207, 17, 0x40000000);

sub boot_time { open my $file, '<', '/proc/uptime' or die; return (split ' ', <$file>)[0] }

my ($thread) = grep {
    open my $file, '<', "/proc/$process/task/$_/comm" or die "no thread $_: $!\n";
    chomp(my $found = <$file>);
    $found eq $name
} map { m{([0-9]+)$} } glob "/proc/$process/task/*";
die "process $process has no thread $name\n" unless $thread;

syscall($PTRACE, $SEIZE, $thread + 0, 0, 0) == 0 or die "seize: $!\n";
syscall($PTRACE, $INTERRUPT, $thread + 0, 0, 0) == 0 or die "interrupt: $!\n";
my $status = pack 'i', 0;
syscall($WAIT4, $thread + 0, $status, $WALL, 0) == $thread or die "wait: $!\n";
print 'held ', boot_time(), "\n";
select undef, undef, undef, $seconds;
# The process may have been killed meanwhile; then there is nothing to let go.
syscall($PTRACE, $DETACH, $thread + 0, 0, 0);
print 'released ', boot_time(), "\n";
