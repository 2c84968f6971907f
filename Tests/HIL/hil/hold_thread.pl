# Stops one thread of a process, by ptrace, and lets it go again: the others run on (SIGSTOP would stop them all).
# usage: perl hold_thread.pl PROCESS THREAD SECONDS GO      (THREAD: the name of it)
# Makes the file GO.ready when it is about to, and waits for the file GO: starting Perl takes an emulated board as long as a drive.
# Prints the boot times, in nanoseconds, at which it stood still and at which it was let go.
# In Perl because every Debian has perl-base, and it can make system calls that it has no words for. Numbers are arm64's.
use strict;
use warnings;

my ($process, $name, $seconds, $go) = @ARGV;
my ($PTRACE, $WAIT4, $CLOCK_GETTIME) = (117, 260, 113);
my ($SEIZE, $INTERRUPT, $DETACH, $WALL, $NOHANG, $BOOTTIME) = (0x4206, 0x4207, 17, 0x40000000, 1, 7);
# How long a thread may take to stand still: one that the kernel holds does so when it is let go.
my $PATIENCE = 10;
# And how long it may be until it is to.
my $LONGEST_WAIT = 60;

sub boot_time {
    my $time = pack 'qq', 0, 0;
    syscall($CLOCK_GETTIME, $BOOTTIME, $time) == 0 or die "time: $!\n";
    my ($whole, $rest) = unpack 'qq', $time;
    return $whole * 1_000_000_000 + $rest;
}

my ($thread) = grep {
    open my $file, '<', "/proc/$process/task/$_/comm" or die "no thread $_: $!\n";
    chomp(my $found = <$file>);
    $found eq $name
} map { m{([0-9]+)$} } glob "/proc/$process/task/*";
die "process $process has no thread $name\n" unless $thread;

syscall($PTRACE, $SEIZE, $thread + 0, 0, 0) == 0 or die "seize: $!\n";
open my $ready, '>', "$go.ready" or die "$go.ready: $!\n";
close $ready;
my $waited = 0;
until (-e $go) {
    die "no $go within $LONGEST_WAIT s\n" if ++$waited > 500 * $LONGEST_WAIT;
    select undef, undef, undef, 0.002;
}
unlink $go, "$go.ready";
syscall($PTRACE, $INTERRUPT, $thread + 0, 0, 0) == 0 or die "interrupt: $!\n";
my $status = pack 'i', 0;
my $tries = 0;
while (1) {
    my $found = syscall($WAIT4, $thread + 0, $status, $WALL | $NOHANG, 0);
    die "wait: $!\n" if $found < 0;
    last if $found == $thread;
    die "thread $thread does not stand still within $PATIENCE s\n" if ++$tries > 1000 * $PATIENCE;
    select undef, undef, undef, 0.001;
}
print 'held ', boot_time(), "\n";
select undef, undef, undef, $seconds;
# The process may have been killed meanwhile; then there is nothing to let go.
syscall($PTRACE, $DETACH, $thread + 0, 0, 0);
print 'released ', boot_time(), "\n";
